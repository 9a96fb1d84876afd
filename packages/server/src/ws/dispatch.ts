// What each frame of a client does: the table between frames and commands. It translates and decides nothing.
import type { AnswerFrame, ClientFrame, Id, Message, ReadyFrame } from '@parley/protocol'
import type { Actor } from '../core/ports.ts'
import type { ReadAnswer } from '../core/reads/mark-read.ts'
import type { Connection } from '../realtime/connection.ts'
import type { Presence } from '../realtime/presence.ts'

/** The commands that sockets reach, with their ports filled in. */
export interface DispatchCommands {
  /** Must reach the message writer in the turn of the call: a socket's messages are numbered in the order it sent them. */
  sendMessage(
    actor: Actor,
    input: {
      readonly id: Id
      readonly chat_id: Id
      readonly text?: string
      readonly file_ids?: readonly Id[]
      readonly reply_to_id?: Id | null
    },
  ): Promise<{ readonly message: Message }>
  editMessage(actor: Actor, messageId: Id, text: string): Promise<Message>
  deleteMessage(actor: Actor, messageId: Id): Promise<Message>
  markRead(actor: Actor, chatId: Id, seq: number): Promise<ReadAnswer>
  sendTyping(actor: Actor, chatId: Id): Promise<void>
  /** Must throw `session_revoked` when the session is over, from storage and not from memory. */
  resume(actor: Actor, versions: Readonly<Record<Id, number>>): Promise<Omit<ReadyFrame, 'type' | 'ref'>>
}

/** Who sent the frame, and how to answer. */
export interface Call {
  readonly commands: DispatchCommands
  readonly presence: Pick<Presence, 'watch'>
  readonly connection: Connection
  readonly actor: Actor
  readonly reply: (frame: AnswerFrame) => void
}

/** A frame other than `hello`, which comes once and is the session's own business. */
export type CommandFrame = Exclude<ClientFrame, { type: 'hello' }>

/** Carries the frame out and replies. Rejects as the command does. A frame that has no case here does not compile. */
export function dispatch(call: Call, frame: CommandFrame): Promise<void> {
  switch (frame.type) {
    case 'send_message':
      return send(call, frame)
    case 'edit_message':
      return edit(call, frame)
    case 'delete_message':
      return remove(call, frame)
    case 'read':
      return read(call, frame)
    case 'typing':
      return typing(call, frame)
    case 'watch_presence':
      return watchPresence(call, frame)
    case 'ping':
      return ping(call, frame)
  }
}

/** Frames that name the same thing here are carried out one after the other; null when order does not matter. */
export function laneOf(frame: CommandFrame): string | null {
  switch (frame.type) {
    case 'send_message':
      return frame.id
    case 'edit_message':
    case 'delete_message':
      return frame.message_id
    case 'read':
    case 'typing':
    case 'watch_presence':
    case 'ping':
      return null
  }
}

type FrameOf<T extends CommandFrame['type']> = Extract<CommandFrame, { type: T }>

/** The client's number, for the answer; nothing when there was none. */
export const withRef = (ref: number | undefined): { readonly ref?: number } =>
  ref === undefined ? {} : { ref }

async function send({ commands, actor, reply }: Call, frame: FrameOf<'send_message'>): Promise<void> {
  const { type, ref, ...input } = frame
  const { message } = await commands.sendMessage(actor, input)
  reply({ type: 'ack', ...withRef(ref), message })
}

async function edit({ commands, actor, reply }: Call, frame: FrameOf<'edit_message'>): Promise<void> {
  const message = await commands.editMessage(actor, frame.message_id, frame.text)
  reply({ type: 'ack', ...withRef(frame.ref), message })
}

async function remove({ commands, actor, reply }: Call, frame: FrameOf<'delete_message'>): Promise<void> {
  const message = await commands.deleteMessage(actor, frame.message_id)
  reply({ type: 'ack', ...withRef(frame.ref), message })
}

async function read({ commands, actor, reply }: Call, frame: FrameOf<'read'>): Promise<void> {
  const { chat_id, seq, at, unread_count, version } = await commands.markRead(actor, frame.chat_id, frame.seq)
  reply({ type: 'ack', ...withRef(frame.ref), read: { chat_id, seq, at, unread_count, version } })
}

async function typing({ commands, actor, reply }: Call, frame: FrameOf<'typing'>): Promise<void> {
  await commands.sendTyping(actor, frame.chat_id)
  reply({ type: 'ack', ...withRef(frame.ref) })
}

async function watchPresence(call: Call, frame: FrameOf<'watch_presence'>): Promise<void> {
  const watched = await call.presence.watch(call.connection, call.actor, frame.user_ids)
  call.reply({ type: 'ack', ...withRef(frame.ref) })
  for (const event of watched.now()) call.connection.answer(JSON.stringify(event))
}

async function ping({ reply }: Call, frame: FrameOf<'ping'>): Promise<void> {
  reply({ type: 'pong', ...withRef(frame.ref) })
}
