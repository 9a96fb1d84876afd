// Who may open a chat: the contract tells strangers apart from those who ask for what is not there.
import type { Id } from '@parley/protocol'
import { requireMember } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Actor } from '../../core/ports.ts'
import type { DialectContext } from '../kit/dialect.ts'
import { DialectError } from '../kit/errors.ts'

/** Throws `not_found` for a number that no chat has, 403 for strangers. */
export async function ownChatId({ ports }: DialectContext, actor: Actor, number: number): Promise<Id> {
  const { stores } = ports.storage
  const [chat] = await stores.directory.chatsByNumbers([number])
  if (chat === undefined || chat.deleted_at !== null) throw new AppError('not_found')
  try {
    await requireMember(stores, actor, chat.id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    throw new DialectError(403, 'You have no access to this chat')
  }
  return chat.id
}
