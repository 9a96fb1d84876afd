// Who may open a chat: the contract tells strangers apart from those who ask for what is not there.
import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import type { DialectContext } from '../kit/context.ts'
import { DialectError } from '../kit/errors.ts'
import { chatIdOf } from '../kit/refs.ts'

/** Throws 404 for a number that no chat has, 403 for strangers. */
export async function ownChatId(context: DialectContext, actor: Actor, number: number): Promise<Id> {
  const noChat = new DialectError(404, 'Такого чата нет')
  const chatId = await foundOr(noChat, chatIdOf(context, number))
  const facts = await context.entities.lookUp({ chats: [chatId] })
  if (facts.chat(chatId).deleted_at !== null) throw noChat
  await foundOr(new DialectError(403, 'Этот чат вам недоступен'), getMembership(context.ports, actor, chatId))
  return chatId
}

async function foundOr<T>(refusal: DialectError, found: Promise<T>): Promise<T> {
  try {
    return await found
  } catch (error) {
    throw error instanceof AppError && error.code === 'not_found' ? refusal : error
  }
}
