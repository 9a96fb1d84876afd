// The one direct chat of two people, or of one person with themselves ("saved messages").
import type { Id } from '@parley/protocol'
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import { holdPeople } from '../members/hold-people.ts'
import type { Clock, IdSource } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { usersOf } from '../users-of.ts'
import { type ChatAnswer, chatAnswer, type MadeChat, type ShowChat } from './get-chat.ts'

export interface CreateChatPorts extends CommitPorts {
  readonly clock: Clock
  readonly ids: IdSource
  readonly rateLimiter: RateLimiter
}

/** Gives the existing chat if there is one, also with someone who was deleted since. Throws `not_found` for whoever does not exist. */
export async function createDirectChat(
  ports: CreateChatPorts,
  actor: Actor,
  userId: Id,
): Promise<ChatAnswer & { readonly created: boolean }> {
  const { created, shown } = await createDirectChatShown(ports, actor, userId, chatAnswer)
  return { created, ...shown }
}

/** `createDirectChat` for doors that show a chat in their own way. */
export async function createDirectChatShown<T>(
  ports: CreateChatPorts,
  actor: Actor,
  userId: Id,
  show: ShowChat<T>,
): Promise<MadeChat<T>> {
  const { stores } = ports.storage
  const existing = await stores.chats.findDirect(actor.userId, userId)
  if (existing !== null) {
    const chat = await stores.chats.find(existing)
    if (chat !== null) ports.reconciler.found(existing, chat.version)
    return { created: false, shown: await show(stores, actor, existing) }
  }
  requireRate(ports.rateLimiter, 'createChat', actor.userId)
  const chatId = ports.ids.next()
  const created = await commit(ports, async (stores, emit) => {
    const people: readonly [Id] | readonly [Id, Id] =
      actor.userId === userId ? [userId] : [actor.userId, userId]
    await holdPeople(stores, people)
    // Whoever claims the pair first makes the chat; the other waits here for that commit and then finds it.
    const chat = await stores.chats.insertDirect({
      id: chatId,
      userIds: people,
      createdBy: actor.userId,
      createdAt: ports.clock.now(),
    })
    if (chat === null) return null
    emit({
      audience: { kind: 'chat', chat_id: chat.id },
      attach: people,
      event: {
        type: 'chat_created',
        chat_id: chat.id,
        version: chat.version,
        chat,
        users: await usersOf(stores, people),
      },
    })
    return { shown: await show(stores, actor, chat.id) }
  })
  if (created !== null) return { created: true, ...created }
  const winner = await stores.chats.findDirect(actor.userId, userId)
  if (winner === null) throw new AppError('unavailable')
  return { created: false, shown: await show(stores, actor, winner) }
}
