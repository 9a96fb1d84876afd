// Carries out what a frame of a dialect asks for: the core's commands, with integers turned into ids.

import type { Id } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { getMembership } from '../../core/members/get-membership.ts'
import { getVisible } from '../../core/messages/get-visible.ts'
import { sendMessage } from '../../core/messages/send-message.ts'
import type { Payer } from '../../core/payers.ts'
import { markRead } from '../../core/reads/mark-read.ts'
import { sendTyping } from '../../core/typing/send-typing.ts'
import type { DialectContext } from './context.ts'
import { chatIdOf, placeOf } from './refs.ts'
import type { Frames, SocketCommand } from './socket.ts'

/** Gives the frames that answer it. Throws as the core's commands do. `joined` is changed by `join` and `leave`. */
export async function carryOut(
  context: DialectContext,
  actor: Actor,
  joined: Set<Id>,
  command: SocketCommand,
  payer: Payer,
): Promise<Frames> {
  const { ports } = context
  switch (command.do) {
    case 'send':
      await sendMessage(ports, actor, {
        chat_id: await chatIdOf(context, command.chat),
        text: command.text,
        ...(command.key === undefined ? {} : { idempotency_key: command.key }),
      })
      return null
    case 'read': {
      const message = await getVisible(ports, actor, await placeOf(context, command.message))
      if (command.chat !== undefined && message.chat_id !== (await chatIdOf(context, command.chat))) {
        throw new AppError('not_found')
      }
      await markRead(ports, actor, message.chat_id, message.seq)
      return null
    }
    case 'typing':
      await sendTyping(ports, actor, await chatIdOf(context, command.chat))
      return null
    case 'join': {
      const chatId = await chatIdOf(context, command.chat)
      await getMembership(ports, actor, chatId)
      joined.add(chatId)
      return command.reply
    }
    case 'leave':
      joined.delete(await chatIdOf(context, command.chat))
      return command.reply
    case 'ask':
      return command.answer(context, actor, payer)
  }
}
