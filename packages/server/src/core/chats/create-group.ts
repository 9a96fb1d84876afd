// A new group with its first members.
import type { CreateGroup } from '@parley/protocol'
import { limits } from '@parley/protocol'
import type { Static } from 'typebox'
import { AppError } from '../errors.ts'
import { holdPeople } from '../members/hold-people.ts'
import type { Actor } from '../ports.ts'
import { requireRate } from '../rate-limits.ts'
import { commit } from '../transaction.ts'
import { usersOf } from '../users-of.ts'
import type { CreateChatPorts } from './create-direct-chat.ts'
import { type ChatAnswer, chatAnswer } from './get-chat.ts'

/** The actor becomes the owner. Throws `not_found` when one of the people does not exist, `chat_full`. */
export async function createGroup(
  ports: CreateChatPorts,
  actor: Actor,
  group: Omit<Static<typeof CreateGroup>, 'kind'>,
): Promise<ChatAnswer> {
  requireRate(ports.rateLimiter, 'createChat', actor.userId)
  const others = [...new Set(group.member_ids)].filter((id) => id !== actor.userId)
  if (others.length + 1 > limits.membersPerChat) throw new AppError('chat_full')
  return commit(ports, async (stores, emit) => {
    await holdPeople(stores, [actor.userId, ...others])
    const chat = await stores.chats.insert({
      id: ports.ids.next(),
      kind: 'group',
      title: group.title,
      description: group.description ?? '',
      posting: group.posting ?? 'everyone',
      visibility: group.visibility ?? 'private',
      createdBy: actor.userId,
      createdAt: ports.clock.now(),
      members: [
        { userId: actor.userId, role: 'owner' },
        ...others.map((id) => ({ userId: id, role: 'member' as const })),
      ],
    })
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
    return chatAnswer(stores, actor, chat.id)
  })
}
