// What can be asked for over HTTP and by a frame alike, once for both doors: from the protocol's fields to a command of the core. Status codes,
// headers and what an answer looks like are the doors'.
import type { Message, RouteBody, RouteParams, SharedRouteName } from '@parley/protocol'
import type { Actor } from '../core/actor.ts'
import { deleteMessage } from '../core/messages/delete-message.ts'
import { editMessage } from '../core/messages/edit-message.ts'
import { sendMessage } from '../core/messages/send-message.ts'
import type { Ports } from '../core/ports.ts'
import { markRead, type ReadAnswer } from '../core/reads/mark-read.ts'
import { sendTyping } from '../core/typing/send-typing.ts'

/** The fields of a call's path and body in one, as its frame has them. */
type Input<N extends SharedRouteName> = RouteParams<N> &
  (RouteBody<N> extends undefined ? unknown : RouteBody<N>)

/** By the name of the call. A frame of the protocol that names a call without an operation does not compile. */
type Operations = {
  readonly [N in SharedRouteName]: (ports: Ports, actor: Actor, input: Input<N>) => Promise<unknown>
}

/** Each throws as its command does. They look at the fields that they know, so that a whole frame will do. */
export const operations = {
  /** Reaches the message writer in the turn of the call: a socket's messages are numbered in the order it sent them. */
  sendMessage,
  editMessage: (ports, actor, { message_id, text }): Promise<Message> =>
    editMessage(ports, actor, message_id, text),
  deleteMessage: (ports, actor, { message_id }): Promise<Message> => deleteMessage(ports, actor, message_id),
  markRead: (ports, actor, { chat_id, seq }): Promise<ReadAnswer> => markRead(ports, actor, chat_id, seq),
  sendTyping: (ports, actor, { chat_id }): Promise<void> => sendTyping(ports, actor, chat_id),
} satisfies Operations
