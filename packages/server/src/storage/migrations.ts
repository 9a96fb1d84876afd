// The migrations that this code knows: numbered SQL files, each with the checksum that tells whether it was changed.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'

export interface Migration {
  readonly number: number
  /** The name of the file without its ending. */
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

const fileName = /^(\d{4})_[a-z0-9_]+\.sql$/

/** The folder that belongs to this code. */
const migrationsFolder = new URL('./migrations/', import.meta.url)

/** In order. Throws when a number is missing or there twice. */
export async function readMigrations(folder: URL = migrationsFolder): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()
  return Promise.all(files.map((file, index) => readMigration(folder, file, index + 1)))
}

async function readMigration(folder: URL, file: string, expected: number): Promise<Migration> {
  const number = Number(fileName.exec(file)?.[1])
  if (number !== expected) throw new Error(`Migration ${expected} was expected where ${file} is`)
  // Git may have written other line endings on this machine than where it was applied.
  const sql = (await readFile(new URL(file, folder), 'utf8')).replaceAll('\r\n', '\n')
  const checksum = createHash('sha256').update(sql).digest('hex')
  return { number, name: file.slice(0, -'.sql'.length), sql, checksum }
}
