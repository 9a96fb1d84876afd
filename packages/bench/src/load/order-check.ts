// Holds the server to its promise: on every socket, the numbers of a chat's messages rise, by exactly one if it says so.

interface Violation {
  /** `hole`: a number was skipped. `repeat`: a number came again or too late. `stranger`: the socket does not follow the chat. */
  readonly kind: 'hole' | 'repeat' | 'stranger'
  readonly socket: number
  readonly chat: number
  readonly expected: number
  readonly got: number
}

export interface OrderCheck {
  /** From now on the socket gets the chat's messages after `lastSeq`. */
  follow(socket: number, chat: number, lastSeq: number): void
  see(socket: number, chat: number, seq: number): void
  /** The first of them, at most 20. */
  violations(): readonly Violation[]
  violationCount(): number
}

const kept = 20
const notFollowed = -1

/** Sockets and chats are numbered from 0; the memory is 4 or 8 bytes for each pair. */
export function createOrderCheck(
  sockets: number,
  chats: number,
  numbering: 'dense' | 'rising' = 'dense',
): OrderCheck {
  // Numbers that count more than a chat's messages may be times.
  const places = sockets * chats
  const last = (numbering === 'dense' ? new Int32Array(places) : new Float64Array(places)).fill(notFollowed)
  const violations: Violation[] = []
  let count = 0

  const blame = (kind: Violation['kind'], socket: number, chat: number, expected: number, got: number) => {
    count += 1
    if (violations.length < kept) violations.push({ kind, socket, chat, expected, got })
  }

  return {
    follow(socket, chat, lastSeq) {
      last[socket * chats + chat] = lastSeq
    },
    see(socket, chat, seq) {
      const place = socket * chats + chat
      const before = last[place] ?? notFollowed
      if (before !== notFollowed && (numbering === 'dense' ? seq === before + 1 : seq > before)) {
        last[place] = seq
        return
      }
      if (before === notFollowed) blame('stranger', socket, chat, 0, seq)
      else blame(seq > before ? 'hole' : 'repeat', socket, chat, before + 1, seq)
      if (seq > before && before !== notFollowed) last[place] = seq
    },
    violations: () => violations,
    violationCount: () => count,
  }
}
