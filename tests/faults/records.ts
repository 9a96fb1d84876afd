// What the driver writes down, one JSON line each, in the order in which it happened: the driver is one process, so a
// later line is a later moment.
import type { ChatView } from '@parley/protocol'

export type FaultKind = 'server' | 'postgres'

/** A message as the server keeps it, as far as it can be wrong. `sender` is a person's name. */
export interface StoredMessage {
  readonly id: string
  readonly seq: number
  readonly sender: string
  readonly text: string | null
  readonly version: number
}

/** People are called by their names, chats by their ids. */
export type Happening =
  /** An attempt to send. The same id again is the same message. */
  | {
      readonly op: 'send'
      readonly by: string
      readonly way: 'socket' | 'rest'
      readonly chat: string
      readonly id: string
      readonly text: string
    }
  /** An attempt was acknowledged. */
  | { readonly op: 'ok'; readonly by: string; readonly id: string; readonly seq: number }
  /** An attempt was refused for good. */
  | { readonly op: 'fail'; readonly by: string; readonly id: string; readonly code: string }
  /** Nobody knows what became of an attempt. */
  | { readonly op: 'unknown'; readonly by: string; readonly id: string; readonly code: string }
  /** A client was told of a new message. */
  | { readonly op: 'event'; readonly to: string; readonly id: string; readonly seq: number }
  | { readonly op: 'kill'; readonly fault: FaultKind }
  /** What was killed takes connections again. An acknowledgement after this line is not one from before the kill. */
  | { readonly op: 'up'; readonly fault: FaultKind }
  /** At the end: what a client holds of its chat. */
  | {
      readonly op: 'replica'
      readonly of: string
      readonly chat: string
      readonly view: ChatView | null
      readonly window: readonly StoredMessage[]
      /** The window is said to reach the newest message. */
      readonly reachesEnd: boolean
      /** Own sends that it still believes to be on their way, or refused. */
      readonly unsent: number
    }
  /** At the end: a chat as the server shows it to a person who asks anew. */
  | { readonly op: 'view'; readonly of: string; readonly chat: string; readonly view: ChatView }
  /** At the end: a page of the whole history of a chat, fetched anew. */
  | { readonly op: 'page'; readonly chat: string; readonly messages: readonly StoredMessage[] }

/** `t`: milliseconds by the driver's monotonic clock. */
export type HistoryLine = Happening & { readonly t: number }
