// Who may open a chat: the contract tells strangers apart from those who ask for what is not there.
import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import type { DialectContext } from '../kit/context.ts'
import { DialectError } from '../kit/errors.ts'
import { chatIdOf } from '../kit/refs.ts'

/** Throws `not_found` for a number that no chat has, 403 for strangers. */
export async function ownChatId(context: DialectContext, actor: Actor, number: number): Promise<Id> {
  const chatId = await chatIdOf(context, number)
  const facts = await context.entities.lookUp({ chats: [chatId] })
  if (facts.chat(chatId).deleted_at !== null) throw new AppError('not_found')
  try {
    await getMembership(context.ports, actor, chatId)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    throw new DialectError(403, 'You have no access to this chat')
  }
  return chatId
}
