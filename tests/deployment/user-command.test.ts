// `parley user …` as a process of its own: beside a running server, without one, and on a PostgreSQL of one's own.
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { testDatabase } from '../../packages/server/test/harness-database.ts'
import { HttpDoor, problemIn } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { runProgram } from './command.ts'
import { emptyFolder, startServer } from './program.ts'

const patience = { timeout: 120_000 }
const doors: HttpDoor[] = []
const sockets: Listener[] = []
afterEach(() => {
  for (const door of doors.splice(0)) door.close()
  for (const socket of sockets.splice(0)) socket.leave()
})

interface Place {
  /** Runs `parley user` there. */
  user(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }>
  /** The same with a password on its standard input. */
  withPassword(password: string, ...args: string[]): ReturnType<Place['user']>
}

function placeOf(environment: Record<string, string>): Place {
  return {
    user: (...args) => runProgram(['user', ...args], environment),
    withPassword: (input, ...args) =>
      runProgram(['user', ...args, '--password-stdin'], environment, { input: `${input}\n` }),
  }
}

function doorOf(url: string): HttpDoor {
  const door = new HttpDoor(url)
  doors.push(door)
  return door
}

const login = (door: HttpDoor, name: string, password: string) =>
  door.ask('login', null, { body: { login: name, password } })

const refusal = async (door: HttpDoor, name: string, password: string) =>
  problemIn(await door.call('login', null, { body: { login: name, password } })).code

async function socketOf(url: string, token: string | undefined): Promise<Listener> {
  const socket = await Listener.enter(url, token ?? '')
  sockets.push(socket)
  return socket
}

const first = 'the first password'
const second = 'the second password'

describe('P9: beside a running server', () => {
  test(
    'accounts are made although registration is closed, and what is changed holds at once',
    patience,
    async () => {
      const dataDir = emptyFolder()
      const server = await startServer(dataDir, { PARLEY_REGISTRATION: 'closed' })
      const { user, withPassword } = placeOf({ PARLEY_DATA_DIR: dataDir })
      const door = doorOf(server.url)
      expect(
        problemIn(await door.call('register', null, { body: { username: 'eve', password: first } })).code,
      ).toBe('registration_closed')

      const made = await user('add', 'ada', '--email', 'ada@example.org', '--name', 'Ada', '--admin')
      const [, password = ''] = /^Password: (\S{20})$/m.exec(made.output) ?? []
      expect(made).toMatchObject({
        code: 0,
        output: expect.stringContaining('Made the account ada, an administrator.'),
      })
      const ada = await login(door, 'ada@example.org', password)
      expect(ada.user).toMatchObject({ name: 'Ada', username: 'ada', is_admin: true })
      expect((await withPassword(first, 'add', 'bob@example.org')).output).toBe(
        'Made the account bob@example.org.\n',
      )

      const socket = await socketOf(server.url, ada.access_token)
      expect((await user('admin', 'ada', 'off')).output).toBe('ada is no administrator.\n')
      const isNone = await socket.until('it is told', ({ type }) => type === 'me_updated')
      expect(isNone).toMatchObject({ user: { username: 'ada', is_admin: false } })

      const list = (await user('list')).output.trim().split('\n')
      expect(list.map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
        ['NAME', 'EMAIL', 'STATE', 'ADMIN', 'SESSIONS'],
        ['ada', 'ada@example.org', 'active', '–', '1'],
        ['–', 'bob@example.org', 'active', '–', '0'],
      ])
      expect((await withPassword(second, 'passwd', 'ada')).output).toBe(
        'ada has a new password and is logged out everywhere.\n',
      )
      expect(await socket.closed).toMatchObject({ code: 4409 })
      expect(await refusal(door, 'ada', password)).toBe('wrong_credentials')
      await login(door, 'ada', second)
    },
  )

  test(
    'P11: a disabled account is out within seconds, and only who knows its password is told so',
    patience,
    async () => {
      const dataDir = emptyFolder()
      const server = await startServer(dataDir)
      const { user } = placeOf({ PARLEY_DATA_DIR: dataDir })
      const door = doorOf(server.url)
      const ada = await door.ask('register', null, { body: { username: 'ada', password: first } })
      const token = ada.access_token ?? ''
      const refresh = { body: { refresh_token: ada.refresh_token ?? '' } }
      const socket = await socketOf(server.url, token)
      expect((await door.call('getMe', token, {})).status).toBe(200)

      expect((await user('disable', 'ADA')).output).toBe('ADA is logged out everywhere and cannot log in.\n')
      expect(await socket.closed).toMatchObject({ code: 4409 })
      expect(problemIn(await door.call('getMe', token, {})).code).toBe('session_revoked')
      expect(problemIn(await door.call('refresh', null, refresh)).code).toBe('invalid_refresh_token')
      expect(await refusal(door, 'ada', second)).toBe('wrong_credentials')
      expect(await refusal(door, 'ada', first)).toBe('account_disabled')
      expect((await user('list')).output).toMatch(/^ada +– +disabled/m)
      expect((await user('disable', 'ada')).code).toBe(0)

      expect((await user('enable', 'ada')).output).toBe('ada can log in.\n')
      await login(door, 'ada', first)
    },
  )

  test('sessions are listed and ended, one or all', patience, async () => {
    const dataDir = emptyFolder()
    const server = await startServer(dataDir)
    const { user } = placeOf({ PARLEY_DATA_DIR: dataDir })
    const door = doorOf(server.url)
    const sessions = [await door.ask('register', null, { body: { username: 'ada', password: first } })]
    for (let count = 0; count < 2; count += 1) sessions.push(await login(door, 'ada', first))
    const ids = sessions.map(({ session_id }) => session_id)
    const [one, ...others] = await Promise.all(
      sessions.map(({ access_token }) => socketOf(server.url, access_token)),
    )

    const listed = (await user('sessions', 'ada')).output
    expect(ids.filter((id) => listed.includes(id))).toEqual(ids)
    expect((await user('sessions', 'ada', '--end', ids[0] ?? '')).output).toBe('Ended 1 session of ada.\n')
    expect(await one?.closed).toMatchObject({ code: 4409 })
    expect(others.map(({ ending }) => ending)).toEqual([null, null])
    expect((await user('sessions', 'ada', '--end', randomUUID())).code).toBe(1)
    expect((await user('sessions', 'ada', '--end-all')).output).toBe('Ended 2 sessions of ada.\n')
    for (const socket of others) expect(await socket.closed).toMatchObject({ code: 4409 })
    expect((await user('sessions', 'ada')).output).toBe('ada is not logged in anywhere.\n')
  })
})

describe('P9: without a server', () => {
  test(
    'the database is started for the moment, and the next server knows the account',
    patience,
    async () => {
      const dataDir = emptyFolder()
      const { withPassword, user } = placeOf({ PARLEY_DATA_DIR: dataDir })
      expect(await user('list')).toEqual({ code: 0, output: 'There are no accounts.\n' })
      expect(await withPassword(first, 'add', 'ada')).toEqual({ code: 0, output: 'Made the account ada.\n' })
      const server = await startServer(dataDir)
      expect((await login(doorOf(server.url), 'ada', first)).user.username).toBe('ada')
    },
  )

  test(
    'on a PostgreSQL of one’s own it is brought to this version, and a server there hears of changes',
    patience,
    async () => {
      const { connection, drop } = await testDatabase()
      if (typeof connection === 'string') throw new Error('The tests connect by parts')
      try {
        const environment = { DATABASE_URL: connectionUrl(connection), PARLEY_DATA_DIR: emptyFolder() }
        const { user, withPassword } = placeOf(environment)
        expect((await withPassword(first, 'add', 'ada')).code).toBe(0)
        const server = await startServer(environment.PARLEY_DATA_DIR, environment)
        const door = doorOf(server.url)
        const socket = await socketOf(server.url, (await login(door, 'ada', first)).access_token)
        expect((await user('disable', 'ada')).code).toBe(0)
        expect(await socket.closed).toMatchObject({ code: 4409 })
        await server.stop()
      } finally {
        await drop()
      }
    },
  )
})

describe('the command line', () => {
  test('tells what it can do', async () => {
    for (const args of [['help'], ['--help'], ['user', 'add', '-h']]) {
      const { code, output } = await runProgram(args, {})
      expect(code).toBe(0)
      expect(output).toContain('user add NAME')
    }
  })

  test.each([
    'user',
    'user bogus',
    'user add',
    'user add a b',
    'user add ada --bogus',
    'user admin ada maybe',
    'user list ada',
    'bogus',
    'serve now',
    'demo --bogus',
  ])('does not understand: %s', async (words) => {
    const { code, output } = await runProgram(words.split(' '), {})
    expect(code).toBe(2)
    expect(output).toMatch(/^parley: not understood: .*\n\nUsage: parley/)
  })

  test('says in a line what cannot be done', patience, async () => {
    const { user, withPassword } = placeOf({ PARLEY_DATA_DIR: emptyFolder() })
    expect(await withPassword('short', 'add', 'ada')).toEqual({
      code: 1,
      output: 'parley: password must have at least 8 characters\n',
    })
    expect((await withPassword(first, 'add', 'x')).output).toBe(
      'parley: username must have at least 3 characters\n',
    )
    expect((await withPassword(first, 'add', 'ada')).code).toBe(0)
    expect((await withPassword(first, 'add', 'Ada')).output).toBe('parley: The name is taken\n')
    expect((await user('disable', 'nobody')).output).toBe('parley: There is no account called nobody\n')
    expect((await withPassword('short', 'passwd', 'ada')).output).toBe(
      'parley: password must have at least 8 characters\n',
    )
    const seen = await user('passwd', 'ada', '--password', second)
    expect(seen.output).toContain('Others on this machine can see a password on the command line')
    expect(seen.output).not.toContain(second)
  })
})
