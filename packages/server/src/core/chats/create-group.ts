// A new group with its first members.
import type { CreateGroup, Id } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Static } from 'typebox'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { holdPeople } from '../members/hold-people.ts'
import { requireRate } from '../rate-limits.ts'
import { descriptionOf, titleOf } from '../text/given-texts.ts'
import { commit } from '../transaction.ts'
import { usersOf } from '../users-of.ts'
import type { CreateChatPorts } from './create-direct-chat.ts'
import { type ChatAnswer, chatAnswer, type MadeChat, type ShowChat } from './get-chat.ts'

type NewGroup = Omit<Static<typeof CreateGroup>, 'kind'>

/**
 * The actor becomes the owner. The id is the actor's choice, and the same id again gives the group that is there, so that asking
 * twice makes one. Throws `not_found` when one of the people does not exist, `chat_full`, `id_taken`,
 * `invalid_request` for a title of which nothing can be seen.
 */
export async function createGroup(
  ports: CreateChatPorts,
  actor: Actor,
  group: NewGroup,
): Promise<ChatAnswer & { readonly created: boolean }> {
  const { created, shown } = await createGroupShown(ports, actor, group, chatAnswer)
  return { created, ...shown }
}

/** `createGroup` for doors that show a chat in their own way. */
export async function createGroupShown<T>(
  ports: CreateChatPorts,
  actor: Actor,
  group: NewGroup,
  show: ShowChat<T>,
): Promise<MadeChat<T>> {
  requireRate(ports.rateLimiter, 'createChat', actor.userId)
  const others = [...new Set(group.member_ids)].filter((id) => id !== actor.userId)
  if (others.length + 1 > limits.membersPerChat) throw new AppError('chat_full')
  const title = titleOf(group.title)
  const description = descriptionOf(group.description ?? '')
  const id = group.id ?? ports.ids.next()
  const created = await commit(ports, async (stores, emit) => {
    await holdPeople(stores, [actor.userId, ...others])
    const chat = await stores.chats.insert({
      id,
      kind: 'group',
      title,
      description,
      posting: group.posting ?? 'everyone',
      visibility: group.visibility ?? 'private',
      createdBy: actor.userId,
      createdAt: ports.clock.now(),
      members: [
        { userId: actor.userId, role: 'owner' },
        ...others.map((id) => ({ userId: id, role: 'member' as const })),
      ],
    })
    if (chat === null) return null
    emit({
      audience: { kind: 'chat', chat_id: chat.id },
      attach: [actor.userId, ...others],
      event: {
        type: 'chat_created',
        chat_id: chat.id,
        version: chat.version,
        chat,
        users: await usersOf(stores, [actor.userId]),
      },
    })
    return { shown: await show(stores, actor, chat.id) }
  })
  return created === null
    ? { created: false, shown: await present(ports, actor, id, show) }
    : { created: true, ...created }
}

/** The group of that id, if it is one that the actor made; it may have changed since. */
async function present<T>(ports: CreateChatPorts, actor: Actor, id: Id, show: ShowChat<T>): Promise<T> {
  const { stores } = ports.storage
  const view = await stores.chats.view(id, actor.userId)
  if (view === null || view.created_by !== actor.userId || view.kind !== 'group')
    throw new AppError('id_taken')
  ports.reconciler.found(id, view.version)
  return show(stores, actor, id)
}
