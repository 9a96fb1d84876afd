// Chats and messages as dialects name them: by UUID, or by an integer.
import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import type { PlaceInChat } from '../../core/messages/get-visible.ts'
import { findPeople } from '../../core/people/find-people.ts'
import type { DialectContext } from './context.ts'

export type ChatRef = Id | number
export type MessageRef = Id | number

/** Throws `not_found` for an integer that no chat has. Whether the actor may see the chat is the core's to say. */
export async function chatIdOf(context: DialectContext, ref: ChatRef): Promise<Id> {
  const id = await findChatId(context, ref)
  if (id === null) throw new AppError('not_found')
  return id
}

/** `chatIdOf` where it makes no difference whether there is such a chat: null for an integer that none has. */
export async function findChatId({ entities }: DialectContext, ref: ChatRef): Promise<Id | null> {
  return typeof ref === 'string' ? ref.toLowerCase() : entities.chatIdOf(ref)
}

/** Where the message is. Throws `not_found` for an integer that no message has been given. */
export async function placeOf({ entities }: DialectContext, ref: MessageRef): Promise<Id | PlaceInChat> {
  if (typeof ref === 'string') return ref.toLowerCase()
  const place = await entities.placeOf(ref)
  if (place === null) throw new AppError('not_found')
  return place
}

/** In the order of the integers. Throws `not_found` when one of them is nobody's. */
export async function personIdsOf(
  { ports }: DialectContext,
  actor: Actor,
  numbers: readonly number[],
): Promise<Id[]> {
  const people = await findPeople(ports, actor, { numbers })
  const ids = new Map(people.map((person) => [person.number, person.id]))
  return numbers.map((number) => {
    const id = ids.get(number)
    if (id === undefined) throw new AppError('not_found')
    return id
  })
}
