// Imports as processes that are killed on their way.
import type pg from 'pg'
import { startProgram } from '../deployment/command.ts'

export interface KillOptions {
  /** Of `parley`. */
  readonly args: readonly string[]
  readonly variables: Record<string, string>
  /** On Parley's own database. */
  readonly pool: pg.Pool
  /** People, chats and messages that there are to come. */
  readonly rows: number
  readonly kills: number
  /** After each kill; so many messages are stored, and so many noted. */
  onKilled(stored: number, noted: number): void
}

/** Starts the import so often, each time in its part of the rows killed with SIGKILL; the last part is left. Rejects when one ends by itself before. */
export async function killImports(options: KillOptions): Promise<void> {
  const { pool, rows, kills, onKilled } = options
  for (let kill = 0; kill < kills; kill += 1) {
    const before = await countNoted(pool)
    await killAt(options, Math.max(before + 1, Math.floor(((kill + Math.random()) * rows) / (kills + 1))))
    const found = await pool.query<{ stored: number; noted: number }>(`
      SELECT (SELECT count(*)::int FROM messages) AS stored, (SELECT count(*)::int FROM imported WHERE kind = 'message') AS noted`)
    const [row] = found.rows
    if (row !== undefined) onKilled(row.stored, row.noted)
  }
}

async function killAt({ args, variables, pool }: KillOptions, count: number): Promise<void> {
  const program = startProgram(args, variables)
  let isOver = false
  void program.ended.then(() => {
    isOver = true
  })
  while (!isOver && (await countNoted(pool)) < count) await new Promise((resolve) => setTimeout(resolve, 5))
  program.child.kill('SIGKILL')
  const code = await program.ended
  if (code !== null)
    throw new Error(`The import ended with ${code} before it was killed: ${program.output()}`)
}

async function countNoted(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM imported')
  return rows[0]?.count ?? 0
}
