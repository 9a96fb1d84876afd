// Chats together with their members, for doors that show both at once.
import type { ChatView, Id, Member } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Storage, Stores } from '../ports.ts'
import { getChat } from './get-chat.ts'

export interface FullChat {
  readonly chat: ChatView
  /** In the order they joined. */
  readonly members: readonly Member[]
  /** Whether one of these members, other than its sender, has read the last message. */
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
  ports: { readonly storage: Storage },
  actor: Actor,
  chatId: Id,
): Promise<FullChat> {
  const { chat } = await getChat(ports, actor, chatId)
  if (chat.role === null) throw new AppError('not_found')
  const [full] = await withMembers(ports.storage.stores, [chat], membersAlone)
  return full ?? { chat, members: [], lastIsRead: false }
}

async function withMembers(
  stores: Pick<Stores, 'chatFacts'>,
  chats: readonly ChatView[],
  perChat: number,
): Promise<FullChat[]> {
  const members = await stores.chatFacts.members(
    chats.map((chat) => chat.id),
    perChat,
  )
  const byChat = Map.groupBy(members, (member) => member.chat_id)
  return chats.map((chat) => fullChat(chat, byChat.get(chat.id) ?? []))
}

function fullChat(chat: ChatView, members: readonly Member[]): FullChat {
  const last = chat.last_message
  const hasRead = (member: Member) => member.user_id !== last?.sender_id && member.read_seq >= chat.last_seq
  return { chat, members, lastIsRead: last !== null && members.some(hasRead) }
}
