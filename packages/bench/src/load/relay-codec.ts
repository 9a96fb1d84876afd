// The wire of the bare broadcasters in peers/: texts with fields at fixed places, so that next to nothing is spent on reading them.
import type { ChatPosition, Codec } from './codec.ts'

/**
 * `J`, room: a socket joins; the answer is `J`, room, number of the room's last message. `M`, room, number, reference, text: a
 * message; the broadcaster writes the number over and sends it to everyone in the room.
 */
const roomAt = 1
const roomDigits = 6
const seqAt = roomAt + roomDigits
const seqDigits = 10
const refAt = seqAt + seqDigits
const refDigits = 10
const textAt = refAt + refDigits

const joined = 0x4a
const message = 0x4d

export const relayRoom = (number: number): string => String(number).padStart(roomDigits, '0')

export const createRelayCodec = (): Codec => ({
  path: '/',
  subprotocol: null,
  numbering: 'dense',
  promisesOrder: true,
  isAckedByDelivery: true,
  pong: null,
  login: (_, chatIds) => createLogin(chatIds),
  send: (chatId, text) => ({
    payload: `M${chatId}${'0'.repeat(seqDigits)}${'1'.padEnd(refDigits, '0')}${text}`,
    refAt,
    idAt: null,
  }),
  decode(bytes, start, end, into) {
    if (bytes[start] !== message || end - start < textAt) return 'other'
    into.chatAt = start + roomAt
    into.seq = readDigits(bytes, start + seqAt, seqDigits)
    into.ref = readDigits(bytes, start + refAt, refDigits)
    into.textAt = start + textAt
    return 'delivery'
  },
})

/** One room is joined after the other. */
function createLogin(chatIds: readonly string[]) {
  const positions: ChatPosition[] = []
  return {
    opening: `J${chatIds[0] ?? relayRoom(0)}`,
    hear(frame: string, send: (frame: string) => void): readonly ChatPosition[] | null {
      if (frame.charCodeAt(0) !== joined) return null
      positions.push({ id: frame.slice(roomAt, seqAt), lastSeq: Number(frame.slice(seqAt, refAt)) })
      const next = chatIds[positions.length]
      if (next === undefined) return positions
      send(`J${next}`)
      return null
    },
  }
}

function readDigits(bytes: Buffer, at: number, digits: number): number {
  let value = 0
  for (let index = at; index < at + digits; index++) value = value * 10 + ((bytes[index] ?? 0) - 0x30)
  return value
}
