// Chats together with their members, for doors that show both at once.
import type { ChatView, Id, Member, Message } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { lastVisible } from '../messages/list-visible.ts'
import type { Storage, Stores } from '../ports.ts'
import { chatAnswer } from './get-chat.ts'

export interface FullChat {
  /** Its last message is the newest that was not deleted: whoever reads of unread messages sees one. */
  readonly chat: ChatView
  /** In the order they joined. */
  readonly members: readonly Member[]
  /** Whether somebody other than its sender has read the last message. */
  readonly lastIsRead: boolean
}

/** Chats that a list without pages gives at most. */
const maxChats = 1_000
/** Members of all chats of a list together. */
const membersInList = 100_000
/** Members that a chat shows at least. */
const membersAtLeast = 100

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

/**
 * `listAllChats` with all their members. Of more than `membersInList` in all, the chats that come first and those that are small have all of
 * theirs, the others the first ones.
 */
export async function listFullChats(ports: { readonly storage: Storage }, actor: Actor): Promise<FullChat[]> {
  return withMembers(ports.storage.stores, await listAllChats(ports, actor))
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
  const [full] = await withMembers(stores, [chat])
  return full ?? { chat, members: [], lastIsRead: false }
}

/** One question after the other, for a transaction has one connection. */
async function withMembers(
  stores: Pick<Stores, 'chatFacts' | 'reads' | 'messages' | 'messagePlaces'>,
  chats: readonly ChatView[],
): Promise<FullChat[]> {
  const members = await membersOf(stores, chats)
  const last = new Map((await lastVisible(stores, chats)).map((message) => [message.chat_id, message]))
  const isRead = await readOf(stores, [...last.values()])
  return chats.map((chat) => ({
    chat: { ...chat, last_message: last.get(chat.id) ?? null },
    members: members.get(chat.id) ?? [],
    lastIsRead: isRead.has(chat.id),
  }))
}

async function membersOf(
  { chatFacts }: Pick<Stores, 'chatFacts'>,
  chats: readonly ChatView[],
): Promise<Map<Id, Member[]>> {
  const leastOf = ({ member_count }: ChatView) => Math.min(member_count, membersAtLeast)
  let left = membersInList - chats.reduce((sum, chat) => sum + leastOf(chat), 0)
  const shares = Map.groupBy(chats, (chat) => {
    const more = chat.member_count - leastOf(chat)
    if (more > left) return membersAtLeast
    left -= more
    return limits.membersPerChat
  })
  const found: Member[][] = []
  for (const [share, some] of shares) {
    const ids = some.map((chat) => chat.id)
    found.push(await chatFacts.members(ids, share))
  }
  return Map.groupBy(found.flat(), (member) => member.chat_id)
}

/** The chats of messages that somebody has read. */
async function readOf(stores: Pick<Stores, 'reads'>, messages: readonly Message[]): Promise<Set<Id>> {
  const reads = await stores.reads.readersOfMany(messages, 1)
  return new Set(messages.filter((_, index) => (reads[index] ?? []).length > 0).map(({ chat_id }) => chat_id))
}
