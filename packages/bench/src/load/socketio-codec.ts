// Socket.IO's wire over a WebSocket (Engine.IO protocol 4, Socket.IO protocol 5), with the events of peers/socketio-server.ts.
import { createFieldFinder, readNumber, startsWith } from './byte-search.ts'
import type { Codec, Decoded, FrameKind, Login } from './codec.ts'
import { stampedTextStart } from './stamped-text.ts'

/** Engine.IO's packet types, one character each; `4` carries Socket.IO's, whose type is the second character. */
const packets = { opened: '0', ping: '2', pong: '3', connect: '40', event: '42', ack: '43', refused: '44' }
const placeholderRef = '1000000000'
const joinRef = '0'

export function createSocketIoCodec(): Codec {
  const message = Buffer.from(`${packets.event}["message",`, 'latin1')
  const ack = Buffer.from(packets.ack, 'latin1')
  const refused = Buffer.from(packets.refused, 'latin1')
  const ping = packets.ping.charCodeAt(0)
  const findId = createFieldFinder('"id":')
  const findRoom = createFieldFinder('"room":"')
  const findText = createFieldFinder(`"text":"${stampedTextStart}`)

  const delivery = (bytes: Buffer, start: number, end: number, into: Decoded): FrameKind => {
    const idAt = findId(bytes, start, end)
    const roomAt = findRoom(bytes, start, end)
    const textEnd = findText(bytes, start, end)
    if (idAt < 0 || roomAt < 0 || textEnd < 0) return 'other'
    into.seq = readNumber(bytes, idAt)
    into.chatAt = roomAt
    into.textAt = textEnd - stampedTextStart.length
    return 'delivery'
  }

  return {
    path: '/socket.io/?EIO=4&transport=websocket',
    subprotocol: null,
    // The table's identity counts through all rooms.
    numbering: 'rising',
    // Inserts overtake each other in the pool of connections.
    promisesOrder: false,
    isAckedByDelivery: false,
    pong: packets.pong,
    login: (_, chatIds) => createLogin(chatIds),
    send(chatId, text) {
      const payload = `${packets.event}${placeholderRef}${JSON.stringify(['message', { room: chatId, text }])}`
      return { payload, refAt: packets.event.length, idAt: null }
    },
    decode(bytes, start, end, into) {
      if (startsWith(bytes, start, message)) return delivery(bytes, start, end, into)
      if (startsWith(bytes, start, ack)) {
        into.ref = readNumber(bytes, start + ack.length)
        return 'ack'
      }
      if (end - start === 1 && bytes[start] === ping) return 'ping'
      return startsWith(bytes, start, refused) ? 'error' : 'other'
    },
  }
}

function createLogin(chatIds: readonly string[]): Login {
  return {
    opening: null,
    hear(frame, send) {
      if (frame.startsWith(packets.refused)) throw new Error(`The login failed: ${frame}`)
      if (frame.startsWith(packets.opened)) send(packets.connect)
      else if (frame.startsWith(packets.connect)) {
        send(`${packets.event}${joinRef}${JSON.stringify(['join', chatIds])}`)
      } else if (frame === packets.ping) send(packets.pong)
      else if (frame.startsWith(`${packets.ack}${joinRef}[`)) {
        // Joining says nothing of what was written before: whatever comes has a higher number.
        return chatIds.map((id) => ({ id, lastSeq: 0 }))
      }
      return null
    },
  }
}
