// `parley import …` as a process of its own: beside a running server, killed again and again, and what it says.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { sourceNames } from '../../packages/server/src/storage/sources/source-names.ts'
import {
  emptyDatabase,
  type TestDatabase,
  testDatabase,
} from '../../packages/server/test/harness-database.ts'
import { HttpDoor, problemIn } from '../access/http-door.ts'
import { killImports } from '../import/killed.ts'
import { fillDatabase } from '../import/program.ts'
import { programs } from '../import/programs.ts'
import { readTaken, takenOf } from '../import/taken.ts'
import { type WorldSize, worldPassword } from '../import/world.ts'
import { runProgram } from './command.ts'
import { emptyFolder, startServer } from './program.ts'

const patience = { timeout: 120_000 }

let own: TestDatabase
let other: TestDatabase
let pool: pg.Pool
beforeEach(async () => {
  own = await testDatabase()
  other = await emptyDatabase()
  pool = new pg.Pool({ ...own.connection, max: 4 })
})
afterEach(async () => {
  await pool.end()
  await own.drop()
  await other.drop()
})

const orderFrom = (from: string, ...more: string[]) => [
  ...['import', '--from', from, '--database', connectionUrl(other.connection)],
  ...more,
]
const order = (...more: string[]) => orderFrom('windi-messenger', ...more)
const given = (size: WorldSize, program = programs['windi-messenger']) =>
  fillDatabase(program, other.connection, size)
const environment = () => ({ DATABASE_URL: connectionUrl(own.connection), PARLEY_DATA_DIR: emptyFolder() })

async function countImported(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM imported')
  return rows[0]?.count ?? 0
}

describe('T2: an import', () => {
  test.each(Object.values(programs))(
    'from $name that is killed at any moment, three times, brings all of it in the end',
    patience,
    async (program) => {
      const size = { people: 100, chats: 30, messages: 6_000 }
      const world = await given(size, program)
      const variables = environment()
      const args = orderFrom(program.name)
      const killed: number[] = []
      await killImports({
        ...{ args, variables, pool, kills: 3, rows: size.people + size.chats + size.messages },
        onKilled(stored, noted) {
          expect(stored).toBe(noted)
          killed.push(stored)
        },
      })
      expect(killed).toHaveLength(3)
      expect(await runProgram(args, variables)).toMatchObject({ code: 0 })
      expect(await readTaken(pool)).toEqual(takenOf(world))
      const again = await runProgram(args, variables)
      expect(again.code).toBe(0)
      expect(again.output).toMatch(/^people: 0 came, 100 were here, 0 not taken$/m)
      expect(again.output).toMatch(/^messages: 0 came, 6000 were here, 0 not taken$/m)
    },
  )
})

describe('T1 T5: beside a running server', () => {
  test('people log in with the password of before and read what they wrote', patience, async () => {
    const world = await given({ people: 12, chats: 6, messages: 300 })
    const variables = environment()
    const server = await startServer(variables.PARLEY_DATA_DIR, variables)
    const imported = await runProgram(order(), variables)
    expect(imported).toMatchObject({
      code: 0,
      output: expect.stringContaining('messages: 300 came, 0 were here'),
    })
    const door = new HttpDoor(server.url)
    const [chat] = world.chats
    const email = chat?.members[0]?.person.email ?? ''
    const hashes = async () =>
      (
        await pool.query<{ password_hash: string }>('SELECT password_hash FROM users WHERE email = $1', [
          email,
        ])
      ).rows[0]?.password_hash
    const before = await hashes()
    expect(before).toMatch(/^\$2b\$/)
    const wrong = await door.call('login', null, { body: { login: email, password: 'another password' } })
    expect(problemIn(wrong).code).toBe('wrong_credentials')
    expect(await hashes()).toBe(before)
    // At the same moment: none of them is refused because another one replaced the hash.
    const logins = await Promise.all(
      [1, 2, 3].map(() => door.ask('login', null, { body: { login: email, password: worldPassword } })),
    )
    expect(await hashes()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const again = await door.ask('login', null, { body: { login: email, password: worldPassword } })
    expect(again.user.id).toBe(logins[0]?.user.id)
    const list = await door.ask('listChats', again.access_token ?? '', {})
    const expected = world.chats.filter(({ members }) =>
      members.some(({ person, isGone }) => person.email === email && !isGone),
    )
    expect(list.items.map(({ last_seq }) => last_seq).sort()).toEqual(
      expected.map(({ messages }) => messages.length).sort(),
    )
    door.close()
  })
})

describe('T4: what is said', () => {
  test(
    'a report names what was not taken, as text and as lines of JSON, and the code tells of it',
    patience,
    async () => {
      const world = await given({ people: 5, chats: 2, messages: 20 })
      const variables = environment()
      const dry = await runProgram(order('--dry-run'), variables)
      expect(dry).toMatchObject({ code: 0, output: expect.stringContaining('messages: 20 would come') })
      expect(await countImported()).toBe(0)
      const [first] = world.chats[0]?.messages ?? []
      const client = new pg.Client(other.connection)
      await client.connect()
      await client.query('UPDATE messages SET text = $1 WHERE id = $2', [' ', first?.id])
      await client.end()
      const file = join(emptyFolder(), 'report.jsonl')
      const { code, output } = await runProgram(order('--report', file), variables)
      expect(code).toBe(3)
      expect(output).toContain('messages: 19 came, 0 were here, 1 not taken')
      expect(output).toContain(
        `Not taken, 1 messages: the text is blank, too long or no Unicode (${first?.id})`,
      )
      const lines = readFileSync(file, 'utf8').trim().split('\n')
      expect(lines.map((text) => JSON.parse(text))).toContainEqual({
        kind: 'message',
        key: first?.id,
        reason: 'invalid_text',
      })
    },
  )

  test.each([
    ['import', `import --from must be one of ${sourceNames.join(', ')}`],
    ['import --from bogus --database x', `import --from must be one of ${sourceNames.join(', ')}`],
    ['import --from windi-messenger', 'import needs --database'],
    ['import --from windi-messenger --database x --media=', 'import --media needs a folder'],
    ['import --from windi-messenger --database x --match name', 'import --match can only be email'],
  ])('does not understand: %s', async (words, message) => {
    const { code, output } = await runProgram(words.split(' '), {})
    expect(code).toBe(2)
    expect(output).toContain(`parley: not understood: ${message}\n`)
  })
})
