// Who may do what, as commands ask it; what an actor may not see does not exist for them. Each right is written once: what statements
// of the database decide for many rows at once (who is in a chat, who may post, which chats are open, who may send a file) is a function in
// storage/functions, which is asked from here through a store; the rest is here, or in the command that alone needs it.
import type { Chat, Id, Member, Message } from '@parley/protocol'
import type { Actor } from './actor.ts'
import { AppError } from './errors.ts'
import type { Membership } from './members/store.ts'
import type { Stores } from './ports.ts'

/** The chat and the actor's membership; `not_found` for strangers, as if there were no such chat. */
export async function requireMember(
  stores: Stores,
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
): Promise<Membership> {
  const membership = await stores.members.membership(chatId, actor.userId)
  if (membership === null) throw new AppError('not_found')
  return membership
}

/**
 * `requireMember` with the chat's row locked until the end of the transaction, so that neither membership nor role can
 * change between this check and the commit of what it allows.
 */
export async function requireMemberLocked(
  stores: Stores,
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
): Promise<Membership> {
  if ((await stores.chats.lock(chatId)) === null) throw new AppError('not_found')
  // In a second call, which sees what was committed while the first one waited.
  return requireMember(stores, actor, chatId)
}

/** `not_found` for strangers, `posting_restricted` where the actor may read alone. */
export async function requireMayPost(
  stores: Pick<Stores, 'members'>,
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
): Promise<void> {
  const refusal = await stores.members.postRefusal(chatId, actor.userId)
  if (refusal !== null) throw new AppError(refusal)
}

/** Members, and of a public group in which only admins post everybody who is logged in (C9). Throws `not_found`. */
export async function requireReader(
  stores: Pick<Stores, 'chats'>,
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
): Promise<void> {
  const chat = await stores.chats.view(chatId, actor.userId)
  if (chat === null || (chat.role === null && chat.posting !== 'admins')) throw new AppError('not_found')
}

export function requireGroup(chat: Chat): void {
  if (chat.kind === 'direct') throw new AppError('direct_chat')
}

export function requireAdmin(member: Member): void {
  if (member.role === 'member') throw new AppError('forbidden')
}

export function requireOwner(member: Member): void {
  if (member.role !== 'owner') throw new AppError('forbidden')
}

/** The message and the actor's membership in its chat; `not_found` when the actor is not in it. */
export async function requireMessage(
  stores: Stores,
  actor: Actor,
  messageId: Id,
): Promise<Membership & { readonly message: Message }> {
  const message = await stores.messages.find(messageId)
  if (message === null) throw new AppError('not_found')
  return { ...(await requireMember(stores, actor, message.chat_id)), message }
}

/** `requireMessage` with the chat locked first and the message read under that lock. */
export async function requireMessageLocked(
  stores: Stores,
  actor: Actor,
  messageId: Id,
): Promise<Membership & { readonly message: Message }> {
  const unlocked = await stores.messages.find(messageId)
  if (unlocked === null) throw new AppError('not_found')
  const membership = await requireMemberLocked(stores, actor, unlocked.chat_id)
  const message = await stores.messages.find(messageId)
  if (message === null) throw new AppError('not_found')
  return { ...membership, message }
}
