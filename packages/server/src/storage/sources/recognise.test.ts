// Each program's database is told from the others', from Parley's own, and from what is nobody's.
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foreignTables } from '../../../test/foreign-tables.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '../../../test/harness-database.ts'
import { connectionUrl } from '../../embedded/endpoint.ts'
import { migrate } from '../migrate.ts'
import { silentLog } from '../test/fixture.ts'
import { openForeignDatabase } from './foreign-database.ts'
import { foreignPrograms, recogniseProgram } from './recognise.ts'
import { sourceNames } from './source-names.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await emptyDatabase()
})
afterEach(() => database.drop())

async function asked<T>(
  work: (client: pg.Client) => Promise<T>,
  connection: TestDatabase['connection'] = database.connection,
): Promise<T> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const make = (sql: string) => asked((client) => client.query(sql))
const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'it was taken',
    (error: Error) => error.message,
  )

test('every program that people come from is recognised', () => {
  expect(foreignPrograms.toSorted()).toEqual([...sourceNames].toSorted())
})

describe.each(foreignPrograms)('P16: the database of %s', (program) => {
  beforeEach(() => make(foreignTables[program]))

  test('is recognised', async () => {
    expect(await asked(recogniseProgram)).toBe(program)
  })

  test('is not served: a line names the import', async () => {
    expect(await refused(migrate(database.connection, { log: silentLog }))).toBe(
      `The database is that of ${program}: take over what it holds with parley import --from ${program}, and give Parley one of its own: ` +
        `an empty one with DATABASE_URL, or none, and it makes one (docs/moving/${program}.md)`,
    )
  })

  test('is taken for that of no other, whose import says so', async () => {
    for (const other of foreignPrograms.filter((name) => name !== program)) {
      expect(await refused(openForeignDatabase(connectionUrl(database.connection), other, []))).toBe(
        `--database does not hold what ${other} keeps: it is that of ${program}, so --from ${program}`,
      )
    }
  })

  test('is opened by an address as the program writes it', async () => {
    const url = connectionUrl(database.connection).replace(/^postgres(ql)?:/, 'postgresql+asyncpg:')
    const opened = await openForeignDatabase(url, program, ['SELECT id FROM users'])
    const pages: (readonly object[])[] = []
    for await (const page of opened.pages('SELECT id FROM users', 10)) pages.push(page)
    expect(pages).toEqual([])
    await opened.close()
  })
})

describe('P16: nobody’s', () => {
  test('are an empty database, and one of something else that keeps chats', async () => {
    expect(await asked(recogniseProgram)).toBeNull()
    await make(`CREATE TABLE users (id int, hashed_password text); CREATE TABLE chats (id int, type text, name text);
      CREATE TABLE messages (id int, text text, created_at timestamptz); CREATE TABLE message_reads (read_at timestamptz)`)
    expect(await asked(recogniseProgram)).toBeNull()
    expect(await refused(migrate(database.connection, { log: silentLog }))).toMatch(
      /^The database holds tables of another program \(chats\)/,
    )
  })

  test('are tables in a schema that is not looked at', async () => {
    await make(`CREATE SCHEMA apart; SET search_path = apart; ${foreignTables['chat-backend']}`)
    expect(await asked(recogniseProgram)).toBeNull()
  })

  test('is Parley’s own', async () => {
    const own = await testDatabase()
    expect(await asked(recogniseProgram, own.connection)).toBeNull()
    await own.drop()
  })
})
