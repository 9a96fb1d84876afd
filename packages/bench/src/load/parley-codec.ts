// Parley's wire for the generator: frames of its protocol, recognised by scanning their bytes.
import { type ClientFrame, type ServerFrame, socketPath } from '@parley/protocol'
import { createFieldFinder, readNumber, startsWith } from './byte-search.ts'
import type { Codec, Decoded, FrameKind } from './codec.ts'
import { stampedTextStart } from './stamped-text.ts'

const placeholderRef = 1_000_000_000
const placeholderId = '00000000-0000-7000-8000-000000000000'

/** The server writes `type` first in every frame; the order of the other fields is not relied on. */
const opening = (type: string): Buffer => Buffer.from(`{"type":"${type}"`, 'latin1')

export function createParleyCodec(): Codec {
  const created = opening('message_created')
  const ack = opening('ack')
  const error = opening('error')
  const findRef = createFieldFinder('"ref":')
  const findSeq = createFieldFinder('"seq":')
  const findChat = createFieldFinder('"chat_id":"')
  const findText = createFieldFinder(`"text":"${stampedTextStart}`)

  const delivery = (bytes: Buffer, start: number, end: number, into: Decoded): FrameKind => {
    const seqAt = findSeq(bytes, start, end)
    const chatAt = findChat(bytes, start, end)
    const textEnd = findText(bytes, start, end)
    if (seqAt < 0 || chatAt < 0 || textEnd < 0) return 'other'
    into.seq = readNumber(bytes, seqAt)
    into.chatAt = chatAt
    into.textAt = textEnd - stampedTextStart.length
    return 'delivery'
  }

  return {
    path: socketPath,
    subprotocol: null,
    numbering: 'dense',
    promisesOrder: true,
    isAckedByDelivery: false,
    pong: null,
    login: (token) => ({
      opening: JSON.stringify({ type: 'hello', ref: 0, token } satisfies ClientFrame),
      hear(text) {
        const frame = JSON.parse(text) as ServerFrame
        if (frame.type === 'error') throw new Error(`The login failed: ${text}`)
        if (frame.type !== 'ready') return null
        return frame.chats.map((chat) => ({ id: chat.id, lastSeq: chat.last_seq }))
      },
    }),
    send(chatId, text) {
      const frame: ClientFrame = {
        type: 'send_message',
        ref: placeholderRef,
        chat_id: chatId,
        id: placeholderId,
        text,
      }
      const payload = JSON.stringify(frame)
      return {
        payload,
        refAt: payload.indexOf(String(placeholderRef)),
        idAt: payload.indexOf(placeholderId),
      }
    },
    decode(bytes, start, end, into) {
      if (startsWith(bytes, start, created)) return delivery(bytes, start, end, into)
      if (startsWith(bytes, start, ack)) {
        const refAt = findRef(bytes, start, end)
        if (refAt < 0) return 'other'
        into.ref = readNumber(bytes, refAt)
        return 'ack'
      }
      return startsWith(bytes, start, error) ? 'error' : 'other'
    },
  }
}
