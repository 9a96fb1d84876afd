// Changes what a member may do in a group.
import type { Id, Member, Role, User } from '@parley/protocol'
import { requireGroup, requireMemberLocked, requireOwner } from '../access.ts'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import type { Stores } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { usersOf } from '../users-of.ts'

/**
 * The owner makes admins and members; making another the owner makes the actor an admin. Throws `not_found`, `forbidden`,
 * `direct_chat`. The owner cannot step down without a successor (`forbidden`).
 */
export async function updateMember(
  ports: CommitPorts,
  actor: Actor,
  chatId: Id,
  userId: Id,
  role: Role,
): Promise<{ readonly member: Member; readonly users: User[] }> {
  return commit(ports, async (stores, emit) => {
    const { chat, member: own } = await requireMemberLocked(stores, actor, chatId)
    requireGroup(chat)
    requireOwner(own)
    const present = await stores.members.find(chatId, userId)
    if (present === null) throw new AppError('not_found')
    const users = await usersOf(stores, [userId])
    if (present.role === role) {
      ports.reconciler.found(chat.id, chat.version)
      return { member: present, users }
    }
    if (userId === actor.userId) throw new AppError('forbidden', { detail: 'Name another owner first' })
    if (role === 'owner') emit(await changeRole(stores, own, 'admin'))
    const envelope = await changeRole(stores, present, role)
    emit(envelope)
    return { member: envelope.member, users }
  })
}

/** Takes the next version for the new role and gives the event of it. Expects the chat locked. */
export async function changeRole(
  stores: Stores,
  member: Member,
  role: Role,
): Promise<Envelope & { readonly member: Member }> {
  const { member: changed } = await stores.members.setRole(member.chat_id, member.user_id, role)
  return {
    audience: { kind: 'chat', chat_id: member.chat_id },
    event: { type: 'member_updated', chat_id: member.chat_id, version: changed.version, member: changed },
    member: changed,
  }
}
