// Takes someone out of a group, or oneself.
import type { Id, Member } from '@parley/protocol'
import { requireGroup, requireMemberLocked } from '../access.ts'
import { markDeleted } from '../chats/delete-chat.ts'
import { AppError } from '../errors.ts'
import type { Bus } from '../events.ts'
import type { Actor, Clock, Storage } from '../ports.ts'
import { fullyReadNews } from '../reads/fully-read.ts'
import { commit } from '../transaction.ts'
import { changeRole } from './update-member.ts'

/**
 * Anyone leaves; admins remove members, the owner removes anyone. An owner who leaves hands over to the admin, else the member,
 * who joined first; the last one out deletes the group. After this resolves, no event of the chat reaches the person.
 * Throws `not_found`, `forbidden`, `direct_chat`.
 */
export async function removeMember(
  ports: { readonly storage: Storage; readonly bus: Bus; readonly clock: Clock },
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
  userId: Id,
): Promise<void> {
  const lowBefore = await commit(ports, async (stores, emit) => {
    const { chat, member: own } = await requireMemberLocked(stores, actor, chatId)
    requireGroup(chat)
    const leaving = userId === actor.userId ? own : await stores.members.find(chatId, userId)
    if (leaving === null) throw new AppError('not_found')
    if (leaving !== own) requireMayRemove(own, leaving)
    const now = ports.clock.now()
    if (chat.member_count === 1) {
      emit(await markDeleted(stores, chatId, now))
      return null
    }
    if (leaving.role === 'owner') {
      const heirId = await stores.members.heir(chatId, userId)
      const heir = heirId === null ? null : await stores.members.find(chatId, heirId)
      if (heir !== null) emit(await changeRole(stores, heir, 'owner'))
    }
    const lowBefore = await stores.reads.lowCursors(chatId)
    const { member, chat: left } = await stores.members.remove(chatId, userId, now)
    emit({
      audience: { kind: 'chat', chat_id: chatId },
      detach: [userId],
      event: { type: 'member_removed', chat_id: chatId, version: member.version, member, chat: left },
    })
    return lowBefore
  })
  if (lowBefore === null) return
  // Whoever had read least may just have left. Read after the commit, so that of a removal and a read at the same moment the
  // later one sees both.
  const lowAfter = await ports.storage.stores.reads.lowCursors(chatId)
  ports.bus.publish(fullyReadNews(chatId, lowBefore, lowAfter))
}

function requireMayRemove(own: Member, leaving: Member): void {
  const allowed = own.role === 'owner' || (own.role === 'admin' && leaving.role === 'member')
  if (!allowed) throw new AppError('forbidden')
}
