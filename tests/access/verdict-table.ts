// Tables of who may do what, written so that they can be read: a row for each kind of chat, a column for each seat.
import { type ErrorCode, errorCodes } from '@parley/protocol'
import { type Kind, kinds, type Seat, seats } from './stage.ts'

/** The status of success, or the code of the refusal. */
export type Verdict = number | ErrorCode
export type VerdictTable = Readonly<Record<Kind, Readonly<Record<Seat, Verdict>>>>

/** In a table: the chat does not exist for that person. */
const hidden = '-'

/** Throws when a word is no verdict. */
export const table = (text: TemplateStringsArray): VerdictTable => readTable(text[0] ?? '', toVerdict)

/** Throws when a row or a column is missing, and as `toCell` does. */
export function readTable<C>(
  text: string,
  toCell: (word: string) => C,
): Readonly<Record<Kind, Readonly<Record<Seat, C>>>> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [head = [], ...rows] = lines.map((line) => line.trim().split(/\s+/))
  const labels = rows.map(([label]) => label)
  if (head.join() !== seats.join() || labels.join() !== kinds.join()) throw new Error(`not a table: ${text}`)
  return Object.fromEntries(rows.map(([label, ...cells]) => [label, toRow(cells, toCell)])) as Record<
    Kind,
    Record<Seat, C>
  >
}

function toRow<C>(cells: readonly string[], toCell: (word: string) => C): Record<Seat, C> {
  if (cells.length !== seats.length) throw new Error(`not a row: ${cells.join(' ')}`)
  const entries = seats.map((seat, index) => [seat, toCell(cells[index] ?? '')])
  return Object.fromEntries(entries) as Record<Seat, C>
}

function toVerdict(cell: string): Verdict {
  if (cell === hidden) return 'not_found'
  const code = errorCodes.find((candidate) => candidate === cell)
  if (code !== undefined) return code
  if (!/^20\d$/.test(cell)) throw new Error(`not a verdict: ${cell}`)
  return Number(cell)
}
