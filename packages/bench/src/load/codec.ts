// What the generator must know of a contestant's wire: how to log in, what a send looks like, and how to read what comes back.

/** Where the last message of a chat stands when a socket begins to follow it. */
export interface ChatPosition {
  readonly id: string
  readonly lastSeq: number
}

/** A send as text, with the places of what changes from one message to the next. All of it is ASCII. */
export interface SendTemplate {
  readonly payload: string
  /** Where the ten digits of the reference stand, which the answer carries back. */
  readonly refAt: number
  /** Where the 36 characters of a UUIDv7 stand; null if the contestant's clients send no id. */
  readonly idAt: number | null
}

/** What a decoder found in a frame; fields that the kind does not have keep old values. */
export interface Decoded {
  /** Of an answer to a send. */
  ref: number
  /** Of a delivery. */
  seq: number
  /** Where the chat's id begins in the bytes. Of a delivery. */
  chatAt: number
  /** Where the text that the generator wrote begins in the bytes. Of a delivery. */
  textAt: number
}

export type FrameKind = 'ready' | 'ack' | 'delivery' | 'error' | 'other'

export interface Codec {
  /** The WebSocket's path. */
  readonly path: string
  /** Whether the socket that sent a message gets it as a delivery too. */
  readonly echoesToSender: boolean
  /** The first frame of a socket. */
  hello(token: string): string
  /** What the frame of kind `ready` says of the chats that the socket follows. */
  positions(ready: string): readonly ChatPosition[]
  send(chatId: string, text: string): SendTemplate
  /** Looks at a text frame's payload `bytes[start…end)`. Called for every delivery, so it must not allocate. */
  decode(bytes: Buffer, start: number, end: number, into: Decoded): FrameKind
}
