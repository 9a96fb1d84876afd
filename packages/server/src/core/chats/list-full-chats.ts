// Chats together with their members, for doors that show both at once.
import type { ChatView, Id, Member } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage, Stores } from '../ports.ts'
import { chatAnswer } from './get-chat.ts'

export interface FullChat {
  readonly chat: ChatView
  /** In the order they joined. */
  readonly members: readonly Member[]
  /** Whether somebody other than its sender has read the last message. */
  readonly lastIsRead: boolean
}

/** Chats that a list without pages gives at most. */
const maxChats = 1_000
/** Members that a chat in a list shows, and one that is asked for by itself. */
const membersInList = 100
const membersAlone = 1_000

/** All chats of the actor, newest activity first, the archived ones too. */
export async function listAllChats(ports: { readonly storage: Storage }, actor: Actor): Promise<ChatView[]> {
  const chats: ChatView[] = []
  let cursor: string | null | undefined
  while (cursor !== null && chats.length < maxChats) {
    const page = await ports.storage.stores.chats.views(actor.userId, {
      limit: limits.pageMax,
      ...(cursor === undefined ? {} : { cursor }),
    })
    chats.push(...page.items)
    cursor = page.next_cursor
  }
  return chats
}

/** `listAllChats` with their members. */
export async function listFullChats(ports: { readonly storage: Storage }, actor: Actor): Promise<FullChat[]> {
  return withMembers(ports.storage.stores, await listAllChats(ports, actor), membersInList)
}

/** Throws `not_found` for strangers, also of a public group: who its members are is for members to know. */
export async function getFullChat(
  ports: { readonly storage: Pick<Storage, 'stores'> },
  actor: Actor,
  chatId: Id,
): Promise<FullChat> {
  const { stores } = ports.storage
  const { chat } = await chatAnswer(stores, actor, chatId)
  if (chat.role === null) throw new AppError('not_found')
  const [full] = await withMembers(stores, [chat], membersAlone)
  return full ?? { chat, members: [], lastIsRead: false }
}

/** One question after the other, for a transaction has one connection. */
async function withMembers(
  stores: Pick<Stores, 'chatFacts' | 'reads'>,
  chats: readonly ChatView[],
  perChat: number,
): Promise<FullChat[]> {
  const ids = chats.map((chat) => chat.id)
  const members = await stores.chatFacts.members(ids, perChat)
  const isRead = await lastReadOf(stores, chats)
  const byChat = Map.groupBy(members, (member) => member.chat_id)
  return chats.map((chat) => ({ chat, members: byChat.get(chat.id) ?? [], lastIsRead: isRead.has(chat.id) }))
}

/** The chats of which the last message was read by somebody. */
async function lastReadOf(stores: Pick<Stores, 'reads'>, chats: readonly ChatView[]): Promise<Set<Id>> {
  const last = chats.flatMap((chat) => chat.last_message ?? [])
  const reads = await stores.reads.readersOfMany(last, 1)
  return new Set(last.filter((_, index) => (reads[index] ?? []).length > 0).map((message) => message.chat_id))
}
