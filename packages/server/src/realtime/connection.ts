// One socket as the hub knows it: who it belongs to, which chats it follows, and what may be written to it in each of its states.
//
//   greeting ──enter──▶ joining ──goLive──▶ live
//       └──────────────────┴──── end / lose ──┴──▶ closed
import { type ErrorCode, errorRow, type Id, type ServerEvent } from '@parley/protocol'
import type { Actor } from '../core/actor.ts'
import { type EncodedEvent, type EncodedFrames, encodeFrame, type FrameCodec } from './frame-codec.ts'
import { FrameLine } from './frame-line.ts'
import type { Sink, SocketWriter, Timing, Writes } from './writes.ts'

/** The errors with which a socket is ended: those that have a close code in the table of errors. */
export const closingCodes = [
  'bad_frame',
  'unauthenticated',
  'session_revoked',
  'other_account',
  'frame_too_large',
  'too_fast',
  'slow_consumer',
  'draining',
] as const satisfies readonly ErrorCode[]
export type ClosingCode = (typeof closingCodes)[number]

/** "Come back and resume", as for every end that is not the client's fault. */
const comeBack = 4503

/** `silent`: nothing was heard for so long that the peer must be gone. */
export type LossCause = 'closed' | 'silent'

export interface Departure {
  readonly from: 'joining' | 'live'
  readonly cause: LossCause
}

interface HeldFrame {
  readonly frame: Buffer
  /** The chat through which it came; null when it was meant for the person. */
  readonly chatId: Id | null
}

export type ConnectionState =
  /** Has not said who it is. */
  | { readonly kind: 'greeting' }
  /** Follows its chats already, but nothing is written before its first frame: events are held until then. */
  | { readonly kind: 'joining'; readonly actor: Actor; held: HeldFrame[]; heldBytes: number }
  | { readonly kind: 'live'; readonly actor: Actor }
  | { readonly kind: 'closed' }

/** The closing half of a WebSocket. */
export interface Door {
  /** Sends a close frame and waits a while for the peer's. */
  close(code: number, reason: string): void
  /** Ends the socket at once. */
  terminate(): void
  /** The person was taken out of the chat, or it was deleted; the event of it was delivered before. */
  left?(chatId: Id): void
}

export interface ConnectionParts {
  readonly sink: Sink
  readonly door: Door
  readonly codec: FrameCodec
  /** Which events this socket wants at all; without it, every one that is for the person. */
  readonly hears?: (event: ServerEvent) => boolean
}

/** Whom all connections of a hub belong to. */
export interface ConnectionOwner {
  readonly writes: Writes
  /** Called once, before the first frame is written. */
  onLive(connection: Connection, actor: Actor): void
  /** Called once, when a connection that had entered is closed. */
  onDeparted(connection: Connection, actor: Actor, departure: Departure): void
  onSlow(connection: Connection): void
}

/** Removals that one connection remembers; beyond them the oldest is forgotten. */
const maxLeft = 1_000
/** Frames that may wait until others are made; a connection with more is too slow. */
const maxInLine = 10_000
/** How long a peer that does not read may take to notice its close frame. */
const slowPeerMs = 1_000

export class Connection {
  readonly codec: FrameCodec
  /** Chat → the version of the chat at which this connection began to follow it; 0 when storage said so. Owned by the hub. */
  readonly following = new Map<Id, number>()
  /** Chat → the version at which the person was taken out of it, while this connection was open; made when first needed. */
  private left: Map<Id, number> | null = null
  private current: ConnectionState = { kind: 'greeting' }
  private readonly owner: ConnectionOwner
  private readonly door: Door
  private readonly hears: ((event: ServerEvent) => boolean) | null
  private readonly writer: SocketWriter
  /** Made when a codec first gives a promise. */
  private line: FrameLine | null = null

  constructor(parts: ConnectionParts, owner: ConnectionOwner) {
    this.owner = owner
    this.door = parts.door
    this.codec = parts.codec
    this.hears = parts.hears ?? null
    this.writer = owner.writes.open(parts.sink, () => this.endSlow())
  }

  get state(): ConnectionState {
    return this.current
  }

  /** Whose connection it is; null before `enter` and after the end. */
  get actor(): Actor | null {
    return 'actor' in this.current ? this.current.actor : null
  }

  /** From now on events are held for it. */
  enter(actor: Actor): void {
    if (this.current.kind === 'greeting') {
      this.current = { kind: 'joining', actor, held: [], heldBytes: 0 }
    }
  }

  /** Writes the first frame, then everything that was held. Does nothing unless joining. */
  goLive(firstText: string | null): void {
    const { current } = this
    if (current.kind !== 'joining') return
    this.current = { kind: 'live', actor: current.actor }
    this.owner.onLive(this, current.actor)
    if (firstText !== null) this.writer.enqueueFirst(encodeFrame(firstText))
    for (const { frame } of current.held) this.writer.enqueue(frame)
  }

  /** Delivers an event that came through the chat, or to the person. True if it will be written, as far as is known yet. */
  deliver(encoded: EncodedEvent, chatId: Id | null, timing: Timing = 'at_once'): boolean {
    const { kind } = this.current
    if (kind !== 'live' && kind !== 'joining') return false
    if (this.hears !== null && !this.hears(encoded.event)) return false
    const frame = encoded.frameFor(this.codec)
    if (frame instanceof Promise || (this.line !== null && this.line.size > 0)) {
      this.standInLine(frame, chatId, timing)
      return true
    }
    return this.pass(frame, chatId, timing)
  }

  private pass(encoded: EncodedFrames, chatId: Id | null, timing: Timing): boolean {
    const { current } = this
    if (current.kind !== 'live' && current.kind !== 'joining') return false
    const frame = typeof encoded === 'function' ? encoded(current.actor.userId) : encoded
    if (frame === null) return false
    if (current.kind === 'live') this.writer.enqueue(frame, timing)
    else this.hold(current, { frame, chatId })
    return true
  }

  private standInLine(
    frame: EncodedFrames | Promise<EncodedFrames>,
    chatId: Id | null,
    timing: Timing,
  ): void {
    this.line ??= new FrameLine((made, through, when) => this.pass(made, through, when))
    this.line.add(frame, chatId, timing)
    if (this.line.size > maxInLine) this.endSlow()
  }

  /** The version at which the person was taken out of the chat, as far as this connection knows; −1 if it was not. */
  leftAt(chatId: Id): number {
    return this.left?.get(chatId) ?? -1
  }

  noteLeft(chatId: Id, version: number): void {
    this.left ??= new Map()
    this.left.set(chatId, version)
    const [oldest] = this.left.size > maxLeft ? this.left.keys() : []
    if (oldest !== undefined) this.left.delete(oldest)
    this.door.left?.(chatId)
  }

  noteReturned(chatId: Id): void {
    this.left?.delete(chatId)
  }

  /** Forgets what is held of a chat that the person is taken out of: it would be written after the removal was acknowledged. */
  forgetHeld(chatId: Id): void {
    const { current } = this
    this.line?.forget(chatId)
    if (current.kind !== 'joining') return
    current.held = current.held.filter((item) => item.chatId !== chatId)
    current.heldBytes = current.held.reduce((sum, { frame }) => sum + frame.length, 0)
  }

  /** Sends the text of a frame that answers this peer alone. Does nothing once closed. */
  answer(text: string): void {
    if (this.current.kind !== 'closed') this.writer.enqueue(encodeFrame(text))
  }

  /** Closes from this side. What was written before still leaves, unless the peer does not read. */
  end(code: ClosingCode, reason: string = code): void {
    if (this.current.kind === 'closed') return
    this.close('closed')
    const { door } = this
    if (code === 'slow_consumer') {
      this.writer.drop()
      setTimeout(() => door.terminate(), slowPeerMs).unref()
    } else {
      this.writer.finish()
    }
    door.close(errorRow(code).close ?? comeBack, reason)
  }

  /** The socket is gone, or is closing from the other side: nothing may be written any more. */
  lose(cause: LossCause): void {
    if (this.current.kind === 'closed') return
    this.close(cause)
    this.writer.drop()
    if (cause === 'silent') this.door.terminate()
  }

  private close(cause: LossCause): void {
    const former = this.current
    this.current = { kind: 'closed' }
    this.line?.clear()
    switch (former.kind) {
      case 'joining':
      case 'live':
        this.owner.onDeparted(this, former.actor, { from: former.kind, cause })
        break
      case 'greeting':
      case 'closed':
        break
    }
  }

  private endSlow(): void {
    if (this.current.kind === 'closed') return
    this.owner.onSlow(this)
    this.end('slow_consumer')
  }

  private hold(state: Extract<ConnectionState, { kind: 'joining' }>, item: HeldFrame): void {
    state.held.push(item)
    state.heldBytes += item.frame.length
    if (state.heldBytes > this.owner.writes.bounds.socketBytes) {
      this.endSlow()
    }
  }
}
