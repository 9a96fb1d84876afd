// Brings people into a group, or oneself into a public one.
import { type Chat, type Id, limits, type Member, type User } from '@parley/protocol'
import { requireAdmin, requireGroup } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { ShowChat } from '../chats/get-chat.ts'
import { AppError } from '../errors.ts'
import type { Clock, Stores } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { holdPeople } from './hold-people.ts'

export interface AddMembersPorts extends CommitPorts {
  readonly clock: Clock
  readonly rateLimiter: RateLimiter
}

export interface AddedMembers {
  readonly items: Member[]
  readonly users: User[]
}

/**
 * Owner and admins add anyone; anyone joins a public group. People who are in stay as they are. Throws `not_found` for a chat
 * the actor may not see and for unknown people, `forbidden`, `direct_chat`, `chat_full`.
 */
export async function addMembers(
  ports: AddMembersPorts,
  actor: Actor,
  chatId: Id,
  userIds: readonly Id[],
): Promise<AddedMembers> {
  return addThem(ports, actor, chatId, userIds, async (_, added) => added)
}

/** `addMembers` for doors that show the chat afterwards. */
export async function addMembersShown<T>(
  ports: AddMembersPorts,
  actor: Actor,
  chatId: Id,
  userIds: readonly Id[],
  show: ShowChat<T>,
): Promise<T> {
  return addThem(ports, actor, chatId, userIds, (stores) => show(stores, actor, chatId))
}

/** `show` is part of the transaction. */
async function addThem<T>(
  ports: AddMembersPorts,
  actor: Actor,
  chatId: Id,
  userIds: readonly Id[],
  show: (stores: Stores, added: AddedMembers) => Promise<T>,
): Promise<T> {
  requireRate(ports.rateLimiter, 'changeMembers', actor.userId)
  const wanted = [...new Set(userIds)]
  return commit(ports, async (stores, emit) => {
    const chat = await stores.chats.lock(chatId)
    if (chat === null) throw new AppError('not_found')
    await requireMayAdd(stores, actor, chat, wanted)
    const users = await holdPeople(stores, wanted)
    const items: Member[] = []
    ports.reconciler.found(chat.id, chat.version)
    for (const user of users) {
      const present = await stores.members.find(chatId, user.id)
      if (present !== null) {
        items.push(present)
        continue
      }
      const { member, chat: joined } = await stores.members.add({
        chatId,
        userId: user.id,
        role: 'member',
        at: ports.clock.now(),
      })
      if (joined.member_count > limits.membersPerChat) throw new AppError('chat_full')
      items.push(member)
      emit({
        audience: { kind: 'chat', chat_id: chatId },
        attach: [user.id],
        event: {
          type: 'member_added',
          chat_id: chatId,
          version: member.version,
          member,
          chat: joined,
          users: [user],
        },
      })
    }
    return show(stores, { items, users })
  })
}

async function requireMayAdd(stores: Stores, actor: Actor, chat: Chat, wanted: readonly Id[]): Promise<void> {
  const member = await stores.members.find(chat.id, actor.userId)
  const onlyOneself = wanted.length === 1 && wanted[0] === actor.userId
  if (member === null) {
    if (!(await stores.chats.isOpen(chat.id))) throw new AppError('not_found')
    if (!onlyOneself) throw new AppError('forbidden')
    return
  }
  requireGroup(chat)
  if (!onlyOneself) requireAdmin(member)
}
