// History by offset, for doors whose contracts count messages from one end: deleted ones are left out and do not count.
import { type ChatView, type Id, limits, type Message, type MessageRead } from '@parley/protocol'
import { requireMember, requireReader } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Storage, Stores } from '../ports.ts'

export interface VisibleQuery {
  readonly order: 'oldest' | 'newest'
  readonly offset: number
  /** At most `limits.pageMax` are given. */
  readonly limit: number
}

/** A message with those who have read it, the first reader first. */
export interface ReadMessage {
  readonly message: Message
  readonly reads: readonly MessageRead[]
}

/** Readers that are listed for one message. */
const maxReaders = 100

type ListMessages = (
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
  query: VisibleQuery,
) => Promise<ReadMessage[]>

const listFor =
  (requireAccess: (stores: Stores, actor: Actor, chatId: Id) => Promise<unknown>): ListMessages =>
  async ({ storage: { stores } }, actor, chatId, query) => {
    await requireAccess(stores, actor, chatId)
    return withReads(stores, await visible(stores, chatId, query))
  }

/** Members only, in the order asked for. Throws `not_found`. */
export const listVisible = listFor(requireMember)

/** `listVisible` for doors that show public channels to those who have not joined them. Throws `not_found`. */
export const listReadable = listFor(requireReader)

/** The messages with their readers. The actor's membership in their chats was checked. */
export async function withReads(
  stores: Pick<Stores, 'reads'>,
  messages: readonly Message[],
): Promise<ReadMessage[]> {
  const reads = await stores.reads.readersOfMany(messages, maxReaders)
  return messages.map((message, index) => ({ message, reads: reads[index] ?? [] }))
}

/** The newest message of each of the actor's chats with its readers, in no particular order; nothing of chats without one. */
export async function listLast(
  ports: { readonly storage: Pick<Storage, 'stores'> },
  chats: readonly ChatView[],
): Promise<ReadMessage[]> {
  const { stores } = ports.storage
  return withReads(stores, await lastVisible(stores, chats))
}

/** `listLast` without the readers. The actor's membership in the chats was checked. */
export async function lastVisible(
  stores: Pick<Stores, 'messages' | 'messagePlaces'>,
  chats: readonly ChatView[],
): Promise<Message[]> {
  const last = await Promise.all(
    chats.map(async ({ id, last_message: message }) => {
      if (message === null || message.deleted_at === null) return message ?? []
      return visible(stores, id, { order: 'newest', offset: 0, limit: 1 })
    }),
  )
  return last.flat()
}

async function visible(
  stores: Pick<Stores, 'messages' | 'messagePlaces'>,
  chatId: Id,
  { order, offset, limit }: VisibleQuery,
): Promise<Message[]> {
  const wanted = Math.min(limit, limits.pageMax)
  const found: Message[] = []
  let next = await stores.messagePlaces.seqOfNth(chatId, order, offset)
  while (next !== null && found.length < wanted) {
    const page =
      order === 'oldest'
        ? await stores.messages.page(chatId, { from: 'after', seq: next - 1 }, limits.pageMax)
        : await stores.messages.page(chatId, { from: 'before', seq: next + 1 }, limits.pageMax)
    const items = order === 'oldest' ? page.items : page.items.toReversed()
    found.push(...items.filter((message) => message.deleted_at === null))
    const last = items.at(-1)?.seq
    const more = order === 'oldest' ? page.has_after : page.has_before
    next = last === undefined || !more ? null : order === 'oldest' ? last + 1 : last - 1
  }
  return found.slice(0, wanted)
}
