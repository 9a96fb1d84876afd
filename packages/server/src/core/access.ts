// Who may do what. Every command passes here; what an actor may not see does not exist for them.
import type { Chat, Id, Member, Message } from '@parley/protocol'
import { AppError } from './errors.ts'
import type { Actor, Stores } from './ports.ts'

export interface Membership {
  readonly chat: Chat
  readonly member: Member
}

/** The chat and the actor's membership; `not_found` for strangers, as if there were no such chat. */
export async function requireMember(
  stores: Stores,
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
): Promise<Membership> {
  const chat = await stores.chats.find(chatId)
  return memberOf(stores, actor, chat)
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
  const chat = await stores.chats.lock(chatId)
  return memberOf(stores, actor, chat)
}

async function memberOf(
  stores: Stores,
  actor: Pick<Actor, 'userId'>,
  chat: Chat | null,
): Promise<Membership> {
  const member = chat === null ? null : await stores.members.find(chat.id, actor.userId)
  if (chat === null || member === null) throw new AppError('not_found')
  return { chat, member }
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
