// Chats together with their members, for doors that show both at once.
import type { ChatView, Id, Member, Message } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { lastVisible } from '../messages/list-visible.ts'
import type { Storage, Stores } from '../ports.ts'
import { chatAnswer } from './get-chat.ts'
import type { ListedChat } from './store.ts'

export interface FullChat {
  /** Its last message is the newest that was not deleted: whoever reads of unread messages sees one. */
  readonly chat: ChatView
  /** In the order they joined. */
  readonly members: readonly Member[]
  /** Whether somebody other than its sender has read the last message. */
  readonly lastIsRead: boolean
}

/** Members of the chats of one page together, unless a single chat has more. */
const membersOfPage = 5_000

/**
 * All chats of the actor, newest activity first, the archived ones too: page by page, each of them read when the one before has been taken. It is
 * the list as it was at the beginning, so that none is missed that moves meanwhile.
 */
export async function* listAllChats(
  ports: { readonly storage: Storage },
  actor: Actor,
): AsyncGenerator<ChatView[], void> {
  const { chats } = ports.storage.stores
  for (const ids of pagesOf(await chats.listed(actor.userId))) yield await chats.viewsOf(actor.userId, ids)
}

/** `listAllChats` with all their members. */
export async function* listFullChats(
  ports: { readonly storage: Storage },
  actor: Actor,
): AsyncGenerator<FullChat[], void> {
  for await (const chats of listAllChats(ports, actor)) yield await withMembers(ports.storage.stores, chats)
}

function* pagesOf(listed: readonly ListedChat[]): Generator<Id[], void> {
  let page: Id[] = []
  let members = 0
  for (const { id, member_count } of listed) {
    members += member_count
    if (page.length === limits.pageMax || (page.length > 0 && members > membersOfPage)) {
      yield page
      page = []
      members = member_count
    }
    page.push(id)
  }
  if (page.length > 0) yield page
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
  const ids = chats.map(({ id }) => id)
  const found = await stores.chatFacts.members(ids, limits.membersPerChat)
  const members = Map.groupBy(found, (member) => member.chat_id)
  const last = new Map((await lastVisible(stores, chats)).map((message) => [message.chat_id, message]))
  const isRead = await readOf(stores, [...last.values()])
  return chats.map((chat) => ({
    chat: { ...chat, last_message: last.get(chat.id) ?? null },
    members: members.get(chat.id) ?? [],
    lastIsRead: isRead.has(chat.id),
  }))
}

/** The chats of messages that somebody has read. */
async function readOf(stores: Pick<Stores, 'reads'>, messages: readonly Message[]): Promise<Set<Id>> {
  const reads = await stores.reads.readersOfMany(messages, 1)
  return new Set(messages.filter((_, index) => (reads[index] ?? []).length > 0).map(({ chat_id }) => chat_id))
}
