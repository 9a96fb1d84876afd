// Chats and messages as dialects name them: by UUID, or by an integer. A message's integer is its chat's number × 2^32 + its seq.
import type { Id, Message } from '@parley/protocol'
import { requireMessage } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor, Ports } from '../../core/ports.ts'
import type { DialectContext } from './dialect.ts'

export type ChatRef = Id | number
export type MessageRef = Id | number

const seqSpace = 2 ** 32

export const messageNumber = (chatNumber: number, seq: number): number => chatNumber * seqSpace + seq

/** Throws `not_found` for an integer that no chat has. Whether the actor may see the chat is the core's to say. */
export async function chatIdOf({ directory }: DialectContext, ref: ChatRef): Promise<Id> {
  if (typeof ref === 'string') return ref.toLowerCase()
  const id = await directory.chatIdOf(ref)
  if (id === null) throw new AppError('not_found')
  return id
}

export async function messageIdOf({ ports, directory }: DialectContext, ref: MessageRef): Promise<Id> {
  if (typeof ref === 'string') return ref.toLowerCase()
  const chatId = await directory.chatIdOf(Math.floor(ref / seqSpace))
  const id = chatId === null ? null : await ports.storage.stores.directory.messageAt(chatId, ref % seqSpace)
  if (id === null) throw new AppError('not_found')
  return id
}

/** In the order of the integers. Throws `not_found` when one of them is nobody's. */
export async function personIdsOf({ ports }: DialectContext, numbers: readonly number[]): Promise<Id[]> {
  const people = await ports.storage.stores.people.byNumbers(numbers)
  const ids = new Map(people.map((person) => [person.number, person.id]))
  return numbers.map((number) => {
    const id = ids.get(number)
    if (id === undefined) throw new AppError('not_found')
    return id
  })
}

/** The message, for members of its chat. Deleted ones are not found: these contracts have no tombstones. */
export async function visibleMessage(
  ports: Pick<Ports, 'storage'>,
  actor: Actor,
  messageId: Id,
): Promise<Message> {
  const { message } = await requireMessage(ports.storage.stores, actor, messageId)
  if (message.deleted_at !== null) throw new AppError('not_found')
  return message
}
