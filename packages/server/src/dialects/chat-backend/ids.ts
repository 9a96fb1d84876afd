// How the contract names people, chats, messages and files: by integer. Its clients of before knew UUIDs, and are told that there is no such thing.
import type { Id } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import type { PlaceInChat } from '../../core/messages/get-visible.ts'
import type { DialectContext } from '../kit/context.ts'
import { chatIdOf, personIdsOf, placeOf } from '../kit/refs.ts'
import { IntegerId, object, Uuid } from '../kit/route.ts'

/** What a call or frame may say. */
export const GivenId = Type.Union([IntegerId, Uuid], {
  description: 'An integer. A UUID, which this contract had before, is not found',
})
export type GivenId = number | string

export const chatPath = object({ chat_id: GivenId })
export const messagePath = object({ message_id: GivenId })

/** These throw `not_found` for a UUID, and for an integer that nobody and nothing has. */
export function integerOf(given: GivenId): number {
  if (typeof given === 'string') throw new AppError('not_found')
  return given
}

export const namedChat = async (context: DialectContext, given: GivenId): Promise<Id> =>
  chatIdOf(context, integerOf(given))

export const namedMessage = async (context: DialectContext, given: GivenId): Promise<Id | PlaceInChat> =>
  placeOf(context, integerOf(given))

export const namedPeople = async (
  context: DialectContext,
  actor: Actor,
  given: readonly GivenId[],
): Promise<Id[]> => personIdsOf(context, actor, given.map(integerOf))

/**
 * Files of a message that have integers of their own; a message has at most `limits.filesPerMessage`. It must stay as it is, for clients
 * keep the integers.
 */
export const filesPerMessage = 16

/** Of a file by the integer of its message, in whose list it keeps its place. Fits 32 bits as long as that is not above 2^27. */
export const fileNumber = (messageNumber: number, place: number): number =>
  (messageNumber - 1) * filesPerMessage + place + 1
