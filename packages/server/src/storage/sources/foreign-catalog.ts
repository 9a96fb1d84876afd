// Finds the tables of a program whose names are not published, by the columns that they must have.
import { UnfitDatabaseError } from '../unfit-database.ts'
import type { ForeignDatabase } from './foreign-database.ts'

export interface ExpectedTable {
  /** The likeliest first, in small letters. */
  readonly names: readonly [string, ...string[]]
  readonly columns: readonly string[]
}

interface TableRow {
  readonly name: string
  /** As SQL writes it. */
  readonly quoted: string
  readonly columns: readonly string[]
}

const visibleTables = `
  SELECT lower(c.relname) AS name, c.oid::regclass::text AS quoted, array_agg(a.attname::text) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND pg_table_is_visible(c.oid) AND c.relnamespace <> 'pg_catalog'::regnamespace
  GROUP BY c.oid, c.relname
  ORDER BY c.relname`

/** What each is called here, as SQL writes it. Throws UnfitDatabaseError, which says what was expected, unless all are there. */
export async function findTables<Name extends string>(
  database: ForeignDatabase,
  program: string,
  expected: Readonly<Record<Name, ExpectedTable>>,
): Promise<Record<Name, string>> {
  const tables: TableRow[] = []
  for await (const rows of database.pages<TableRow>(visibleTables, 1_000)) tables.push(...rows)
  const found = {} as Record<Name, string>
  for (const [name, table] of Object.entries(expected) as [Name, ExpectedTable][])
    found[name] = findTable(tables, program, table)
  return found
}

function findTable(tables: readonly TableRow[], program: string, { names, columns }: ExpectedTable): string {
  const fit = tables.filter((table) => columns.every((column) => table.columns.includes(column)))
  const [found] = names.flatMap((name) => fit.filter((table) => table.name === name))
  if (found !== undefined) return found.quoted
  const [first, ...others] = names
  throw new UnfitDatabaseError(
    `--database does not hold what ${program} keeps: there should be a table ${first} (or ${others.join(', ')}) with the columns ${columns.join(', ')}`,
  )
}
