// Marks as read by message, for doors that know no seqs.
import type { Id, Message } from '@parley/protocol'
import { requireMessage } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { Clock } from '../ports.ts'
import type { CommitPorts } from '../transaction.ts'
import { markRead, type ReadAnswer } from './mark-read.ts'

/** The actor has read the message and all before it. Throws `not_found`. */
export async function readMessage(
  ports: CommitPorts & { readonly clock: Clock },
  actor: Actor,
  messageId: Id,
): Promise<{ readonly message: Message; readonly read: ReadAnswer }> {
  const { message } = await requireMessage(ports.storage.stores, actor, messageId)
  return { message, read: await markRead(ports, actor, message.chat_id, message.seq) }
}
