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
  /** Of an answer to a send, and of a delivery that is one. */
  ref: number
  /** Of a delivery. */
  seq: number
  /** Where the chat's id begins in the bytes. Of a delivery. */
  chatAt: number
  /** Where the text that the generator wrote begins in the bytes. Of a delivery. */
  textAt: number
}

export type FrameKind = 'ack' | 'delivery' | 'ping' | 'error' | 'other'

/** The talk of one socket from its opening until it follows its chats. */
export interface Login {
  /** Sent as soon as the socket is open; null where the server speaks first. */
  readonly opening: string | null
  /** Where the chats stand, if a socket that is open needs no talk. */
  readonly atOnce?: readonly ChatPosition[]
  /**
   * Takes a frame from the server, and may send frames in answer. Returns where the socket's chats stand when the login is
   * complete, null before. Throws with the server's words if it refuses.
   */
  hear(frame: string, send: (frame: string) => void): readonly ChatPosition[] | null
}

/** The socket that sent a message gets it as a delivery too: so it is with all contestants. */
export interface Codec {
  /** The WebSocket's path, unless the plan names another for each socket. */
  readonly path: string
  /** What the WebSocket's handshake asks for; null for nothing. */
  readonly subprotocol: string | null
  /** Whether the numbers of a chat's messages rise by exactly one, or only rise. */
  readonly numbering: 'dense' | 'rising'
  /** Whether every socket gets a chat's messages in the order of their numbers. If not, what goes wrong is counted. */
  readonly promisesOrder: boolean
  /** Whether a sender's own delivery is its acknowledgement, and carries the reference. */
  readonly isAckedByDelivery: boolean
  /** The answer to a frame of kind `ping`; null where pings are the WebSocket's own. */
  readonly pong: string | null
  /** `chatIds` are those that the socket is to follow. */
  login(token: string, chatIds: readonly string[]): Login
  send(chatId: string, text: string, token: string): SendTemplate
  /** `request`: a send is a whole HTTP request, on a connection of the sender's own; a frame of the socket otherwise. */
  readonly sendsBy?: 'request'
  /** Looks at a text frame's payload `bytes[start…end)`. Called for every delivery, so it must not allocate. */
  decode(bytes: Buffer, start: number, end: number, into: Decoded): FrameKind
}
