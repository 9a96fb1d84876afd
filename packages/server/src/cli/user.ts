// `parley user …`: accounts and their sessions, from the command line of the server's machine.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type AccountLine, type Operator, openOperator } from '../composition/operator.ts'
import { type Config, loadConfig } from './config.ts'
import { OperatorFault } from './operator-fault.ts'
import { withOwnDatabase } from './own-database.ts'
import { choosePassword } from './passwords.ts'
import { accountTable, sessionTable } from './tables.ts'
import { UsageError } from './usage.ts'

const passwordOptions = {
  password: { type: 'string' },
  'password-stdin': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

type Values = Readonly<Record<string, string | boolean | undefined>>

interface Subcommand {
  readonly options: ParseArgsOptionsConfig
  /** How many words follow it. */
  readonly words: number
  run(operator: Operator, words: readonly string[], values: Values): Promise<void>
}

const textOf = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}

const passwordOf = (values: Values) => {
  const password = textOf(values, 'password')
  return choosePassword({
    ...(password === undefined ? {} : { password }),
    'password-stdin': values['password-stdin'] === true,
  })
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  add: {
    options: {
      ...passwordOptions,
      email: { type: 'string' },
      name: { type: 'string' },
      admin: { type: 'boolean' },
    },
    words: 1,
    async run(operator, [login = ''], values) {
      const { password, made } = await passwordOf(values)
      const email = textOf(values, 'email') ?? (login.includes('@') ? login : undefined)
      const name = textOf(values, 'name')
      await operator.add(
        {
          ...(login.includes('@') ? {} : { username: login }),
          ...(email === undefined ? {} : { email }),
          ...(name === undefined ? {} : { name }),
          password,
        },
        { isAdmin: values.admin === true },
      )
      console.log(`Made the account ${login}${values.admin === true ? ', an administrator' : ''}.`)
      if (made) console.log(`Password: ${password}`)
    },
  },
  list: {
    options: {},
    words: 0,
    async run(operator) {
      const page = 500
      const all: AccountLine[] = []
      let lines: readonly AccountLine[]
      do {
        lines = await operator.list(all.at(-1)?.id ?? null, page)
        all.push(...lines)
      } while (lines.length === page)
      console.log(all.length === 0 ? 'There are no accounts.' : accountTable(all))
    },
  },
  passwd: {
    options: passwordOptions,
    words: 1,
    async run(operator, [login = ''], values) {
      const { password, made } = await passwordOf(values)
      await operator.setPassword(login, password)
      console.log(`${login} has a new password and is logged out everywhere.`)
      if (made) console.log(`Password: ${password}`)
    },
  },
  disable: {
    options: {},
    words: 1,
    async run(operator, [login = '']) {
      await operator.setDisabled(login, true)
      console.log(`${login} is logged out everywhere and cannot log in.`)
    },
  },
  enable: {
    options: {},
    words: 1,
    async run(operator, [login = '']) {
      await operator.setDisabled(login, false)
      console.log(`${login} can log in.`)
    },
  },
  admin: {
    options: {},
    words: 2,
    async run(operator, [login = '', state]) {
      await operator.setAdmin(login, state === 'on')
      console.log(`${login} is ${state === 'on' ? 'an' : 'no'} administrator.`)
    },
  },
  sessions: {
    options: { end: { type: 'string' }, 'end-all': { type: 'boolean' } },
    words: 1,
    async run(operator, [login = ''], values) {
      const only = textOf(values, 'end')
      if (only !== undefined && !/^[\da-f-]{36}$/.test(only))
        throw new OperatorFault('--end must be the id of a session')
      if (only !== undefined || values['end-all'] === true) {
        const count = await operator.endSessions(login, only === undefined ? 'all' : { only })
        return console.log(`Ended ${count} ${count === 1 ? 'session' : 'sessions'} of ${login}.`)
      }
      const sessions = await operator.sessions(login)
      console.log(sessions.length === 0 ? `${login} is not logged in anywhere.` : sessionTable(sessions))
    },
  },
}

/** Throws `UsageError`, or whatever keeps the work from being done. */
export async function runUser(args: readonly string[]): Promise<void> {
  const [name = '', ...rest] = args
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (subcommand === undefined) throw new UsageError(name === '' ? 'user …' : `user ${name}`)
  const { positionals, values } = parse(rest, subcommand, name)
  if (name === 'admin' && !/^(on|off)$/.test(positionals[1] ?? ''))
    throw new UsageError('user admin NAME on|off')
  await withOperator(loadConfig(process.env), (operator) => subcommand.run(operator, positionals, values))
}

function parse(args: readonly string[], { options, words }: Subcommand, name: string) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true })
    if (parsed.positionals.length === words)
      return { positionals: parsed.positionals, values: parsed.values as Values }
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `user ${name}`)
  }
  throw new UsageError(
    `user ${name} takes ${words === 0 ? 'nothing' : words === 1 ? 'a name' : 'a name and on or off'}`,
  )
}

async function withOperator(config: Config, work: (operator: Operator) => Promise<void>): Promise<void> {
  await withOwnDatabase(config, async (connection, log) => {
    const operator = await openOperator(connection, log)
    try {
      await work(operator)
    } finally {
      await operator.close()
    }
  })
}
