// Takes someone out of a group, or oneself.
import type { Id, Member } from '@parley/protocol'
import { requireGroup } from '../access.ts'
import type { Actor } from '../actor.ts'
import { markDeleted } from '../chats/delete-chat.ts'
import { AppError } from '../errors.ts'
import type { Clock, Stores } from '../ports.ts'
import { fullyReadEvents } from '../reads/fully-read.ts'
import type { ReadProgress } from '../reads/store.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { changeRole } from './update-member.ts'

/**
 * Anyone leaves; admins remove members, the owner removes anyone. An owner who leaves hands over to the admin, else the member,
 * who joined first; the last one out deletes the group. After this resolves, no event of the chat reaches the person. Someone who
 * is out already is out: nothing changes. Throws `not_found`, `forbidden`, `direct_chat`.
 */
export async function removeMember(
  ports: CommitPorts & { readonly clock: Clock },
  actor: Pick<Actor, 'userId'>,
  chatId: Id,
  userId: Id,
): Promise<void> {
  const before = await commit(ports, async (stores, emit) => {
    const chat = await stores.chats.lock(chatId)
    const own = chat === null ? null : await stores.members.find(chatId, actor.userId)
    if (chat !== null && own !== null) requireGroup(chat)
    const leaving = userId === actor.userId ? own : await stores.members.find(chatId, userId)
    if (chat === null || own === null || leaving === null) {
      await requireFormer(ports, stores, { mayKnow: own !== null || userId === actor.userId, chatId, userId })
      return null
    }
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
    const before = await stores.reads.progress(chatId)
    const { member, chat: left } = await stores.members.remove(chatId, userId, now)
    emit({
      audience: { kind: 'chat', chat_id: chatId },
      detach: [userId],
      event: { type: 'member_removed', chat_id: chatId, version: member.version, member, chat: left },
    })
    return before
  })
  if (before !== null) await publishFullyRead(ports, chatId, before)
}

/**
 * Whoever had read least may just have left. Read after the commit, so that of a removal and a read at the same moment the later
 * one sees both; the removal is done whether or not this can be read.
 */
async function publishFullyRead(ports: CommitPorts, chatId: Id, before: ReadProgress): Promise<void> {
  try {
    const after = await ports.storage.stores.reads.progress(chatId)
    ports.bus.publish(fullyReadEvents(chatId, before, after))
  } catch {
    ports.reconciler.doubt([
      {
        audience: { kind: 'chat', chat_id: chatId },
        event: { type: 'fully_read', chat_id: chatId, seq: before.lowest },
      },
    ])
  }
}

/** Throws `not_found` unless the person was in the chat once, and the actor may know that. */
async function requireFormer(
  ports: CommitPorts,
  stores: Stores,
  { mayKnow, chatId, userId }: { readonly mayKnow: boolean; readonly chatId: Id; readonly userId: Id },
): Promise<void> {
  const [former] = mayKnow ? await stores.reconcile.members([{ chatId, userId }]) : []
  if (former === undefined) throw new AppError('not_found')
  requireGroup(former.chat)
  ports.reconciler.found(chatId, former.chat.version)
}

function requireMayRemove(own: Member, leaving: Member): void {
  const allowed = own.role === 'owner' || (own.role === 'admin' && leaving.role === 'member')
  if (!allowed) throw new AppError('forbidden')
}
