// Rows for the tables of other programs, many at once.
import type pg from 'pg'
import type { WorldMessage } from './world.ts'

const rowsAtOnce = 10_000

/** `target` is a table with the columns that are given: `users (id, name)`. */
export async function insertRows(
  client: pg.Client,
  target: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  const [table = ''] = target.split(' ')
  const columns = target.slice(table.length + 2, -1)
  const names = columns.split(', ')
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const objects = rows
      .slice(from, from + rowsAtOnce)
      .map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
    await client.query(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(objects)],
    )
  }
}

/** When each message of a chat was written, to the microsecond: those of one millisecond are some microseconds apart. */
export function preciseTimes(messages: readonly WorldMessage[]): ReadonlyMap<WorldMessage, string> {
  let [last, micros] = [0, 0]
  return new Map(
    messages.map((message) => {
      micros = message.at.getTime() === last ? micros + 1 : 0
      last = message.at.getTime()
      return [message, message.at.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`)]
    }),
  )
}
