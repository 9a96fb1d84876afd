// What a database holds, for tests of what must not be stored.
import pg from 'pg'
import type { TestServer } from '../../packages/server/test/harness.ts'

/** For each table how many rows it has, and the newest transaction that wrote one of them. */
type Marks = ReadonlyMap<string, string>

export class Stored {
  readonly #client: pg.Client
  readonly #tables: readonly string[]

  private constructor(client: pg.Client, tables: readonly string[]) {
    this.#client = client
    this.#tables = tables
  }

  static async open({ settings }: TestServer): Promise<Stored> {
    const client = new pg.Client(settings.database)
    await client.connect()
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(relname) AS name FROM pg_class
       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname`,
    )
    return new Stored(
      client,
      rows.map(({ name }) => name),
    )
  }

  async marks(): Promise<Marks> {
    const markOf = (table: string) =>
      `SELECT '${table}' AS name, count(*) || ' ' || COALESCE(max(xmin::text::bigint), 0) AS mark FROM ${table}`
    const { rows } = await this.#client.query<{ name: string; mark: string }>(
      this.#tables.map(markOf).join(' UNION ALL '),
    )
    return new Map(rows.map(({ name, mark }) => [name, mark]))
  }

  /** The tables in which something was written since. */
  async changedSince(marks: Marks): Promise<string[]> {
    const now = await this.marks()
    return this.#tables.filter((table) => now.get(table) !== marks.get(table))
  }

  /** The tables that hold the text, wherever. */
  async tablesWith(text: string): Promise<string[]> {
    const found: string[] = []
    for (const name of this.#tables) {
      const { rowCount } = await this.#client.query(
        `SELECT FROM ${name} row WHERE strpos(row::text, $1) > 0 LIMIT 1`,
        [text],
      )
      if (rowCount) found.push(name)
    }
    return found
  }

  close(): Promise<void> {
    return this.#client.end()
  }
}
