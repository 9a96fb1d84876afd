// Tables of who may do what in the words of a dialect: statuses of HTTP for calls, closing codes and faults for sockets.
import { type Kind, kinds, type Seat, seats } from '../stage.ts'
import { readTable } from '../verdict-table.ts'

/** `-`: 404, and byte for byte the answer to what does not exist. */
export type CallVerdict = number | '-'
/** Let in, or closed with that code. */
export type DoorVerdict = number | 'in'
/** `fault`: the contract's frame for what is wrong. `-`: the very fault that what does not exist gets. `shut`: there is no way into the socket. */
export type FrameVerdict = 'done' | 'fault' | '-' | 'shut'

export type SeatTable<V> = Readonly<Record<Kind, Readonly<Record<Seat, V>>>>

/** The status of each answer. Throws when a row or a column is missing, or a word is none of a table. */
export const calls = (text: TemplateStringsArray): SeatTable<CallVerdict> =>
  readTable(text[0] ?? '', (word) => (word === '-' ? word : statusOf(word)))

export const doors = (text: TemplateStringsArray): SeatTable<DoorVerdict> =>
  readTable(text[0] ?? '', (word) => (word === 'in' ? word : closeCodeOf(word)))

export const frames = (text: TemplateStringsArray): SeatTable<FrameVerdict> =>
  readTable(text[0] ?? '', (word) => {
    if (word === 'done' || word === 'fault' || word === '-' || word === 'shut') return word
    throw new Error(`not a verdict: ${word}`)
  })

/** The same for everybody, in every kind of chat. */
export const always = <V>(verdict: V): SeatTable<V> =>
  Object.fromEntries(
    kinds.map((kind) => [kind, Object.fromEntries(seats.map((seat) => [seat, verdict]))]),
  ) as Record<Kind, Record<Seat, V>>

function statusOf(word: string): number {
  // A bare 404 would not say whether it must look like nothing at all.
  if (!/^[2345]\d\d$/.test(word) || word === '404') throw new Error(`not a status: ${word}`)
  return Number(word)
}

function closeCodeOf(word: string): number {
  if (!/^(?:1\d|4\d)\d\d$/.test(word)) throw new Error(`not a closing code: ${word}`)
  return Number(word)
}
