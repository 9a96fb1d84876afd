// What the generator has sent and not yet seen acknowledged, and the ready-made frames that it sends.
import { randomInt } from 'node:crypto'
import type { Codec, SendTemplate } from './codec.ts'
import { type MaskedFrame, maskedFrame, opcodes, writeMaskedDigits, writeMaskedHex } from './frames.ts'
import type { LoadPlan } from './plan.ts'
import type { LoadSocket } from './socket.ts'
import { stampedText, writeStamp } from './stamped-text.ts'

/** References have ten digits, so that they keep their place in the frame. */
const firstRef = 1_000_000_000
/** Messages that may be unacknowledged at once, a power of two. */
const capacity = 1 << 16

interface Acknowledged {
  readonly sender: number
  readonly stamp: number
}

export interface Outbox {
  /** Sends the sender's next message, stamped with the time in microseconds. Throws when too many are unacknowledged. */
  send(sender: number, stamp: number): void
  /** Takes the message of a reference out. Throws if none is waiting under it. */
  acknowledge(ref: number): Acknowledged
  /** Messages without an acknowledgement. */
  waiting(): number
}

interface SendForm {
  readonly frame: MaskedFrame
  readonly refAt: number
  readonly idAt: number | null
  readonly textAt: number
}

/** `lines` are where the senders' sockets send, by the sockets' numbers. */
export function createOutbox(
  plan: LoadPlan,
  codec: Codec,
  lines: readonly Pick<LoadSocket, 'send'>[],
  mask: Buffer,
): Outbox {
  const forms: (SendForm | undefined)[] = []
  const senders = new Int32Array(capacity).fill(-1)
  const stamps = new Float64Array(capacity)
  const ids = createIdWriter()
  let next = 0
  let waiting = 0

  const formOf = (sender: number): SendForm => {
    const known = forms[sender]
    if (known !== undefined) return known
    const { chat: chatNumber = -1, socket = -1 } = plan.senders[sender] ?? {}
    const chat = plan.chats[chatNumber]
    if (chat === undefined) throw new Error(`The plan has no sender ${sender} or not its chat`)
    const text = stampedText(sender, plan.textBytes)
    const template = codec.send(chat.id, text, plan.sockets[socket]?.token ?? '')
    const form = sendForm(template, text, codec.sendsBy === 'request' ? null : mask)
    forms[sender] = form
    return form
  }

  return {
    send(sender, stamp) {
      const place = next & (capacity - 1)
      if (senders[place] !== -1)
        throw new Error(`${waiting} messages wait for an acknowledgement: the server cannot keep up`)
      const form = formOf(sender)
      const bytes = Buffer.from(form.frame.bytes)
      writeMaskedDigits(bytes, form.frame, form.refAt, 10, firstRef + next)
      writeStamp(bytes, form.frame, form.textAt, stamp)
      if (form.idAt !== null) ids(bytes, form.frame, form.idAt)
      senders[place] = sender
      stamps[place] = stamp
      next += 1
      waiting += 1
      lines[plan.senders[sender]?.socket ?? -1]?.send(bytes)
    },
    acknowledge(ref) {
      const place = (ref - firstRef) & (capacity - 1)
      const sender = senders[place] ?? -1
      if (sender === -1) throw new Error(`The server acknowledged ${ref}, which is not waiting`)
      senders[place] = -1
      waiting -= 1
      return { sender, stamp: stamps[place] ?? 0 }
    },
    waiting: () => waiting,
  }
}

/** A frame, or with no mask the payload as it is. */
function sendForm(template: SendTemplate, text: string, mask: Buffer | null): SendForm {
  const payload = Buffer.from(template.payload, 'latin1')
  return {
    frame:
      mask === null
        ? { bytes: payload, payloadAt: 0, mask: Buffer.alloc(4) }
        : maskedFrame(opcodes.text, payload, mask),
    refAt: template.refAt,
    idAt: template.idAt,
    textAt: template.payload.indexOf(text),
  }
}

/** Writes a fresh UUIDv7 (RFC 9562): the time, a part that is random per process, and a counter. */
function createIdWriter(): (bytes: Buffer, frame: MaskedFrame, at: number) => void {
  const random = randomInt(2 ** 12)
  const moreRandom = randomInt(2 ** 28)
  let counter = 0
  return (bytes, frame, at) => {
    const now = Date.now()
    writeMaskedHex(bytes, frame, at, 8, Math.floor(now / 65_536))
    writeMaskedHex(bytes, frame, at + 9, 4, now % 65_536)
    writeMaskedHex(bytes, frame, at + 15, 3, random)
    writeMaskedHex(bytes, frame, at + 20, 3, Math.floor(moreRandom / 65_536))
    writeMaskedHex(bytes, frame, at + 24, 4, moreRandom % 65_536)
    writeMaskedHex(bytes, frame, at + 28, 8, counter++)
  }
}
