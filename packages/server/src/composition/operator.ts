// What the server's operator does with accounts from the command line, beside a running server or without one. The commands are the
// core's; what they emit reaches the sockets of the running server through the database.
import { type Id, type Me, Password, type RouteBody, routes, type Session } from '@parley/protocol'
import type { Pool } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { createAccount } from '../core/accounts/create-account.ts'
import { setDisabled } from '../core/accounts/disable-account.ts'
import { endSessions } from '../core/accounts/end-sessions.ts'
import { listSessions } from '../core/accounts/list-sessions.ts'
import type { AccountLine } from '../core/accounts/operator-store.ts'
import { replacePassword } from '../core/accounts/replace-password.ts'
import { setAdmin } from '../core/accounts/set-admin.ts'
import { AppError } from '../core/errors.ts'
import type { Bus, Envelope } from '../core/events.ts'
import type { Clock, Log } from '../core/ports.ts'
import { createPasswordHasher } from '../security/password-hasher.ts'
import { createPasswordStrength } from '../security/password-strength.ts'
import { unlimited } from '../security/rate-limiter.ts'
import { sendNotices } from '../storage/operator-notices.ts'
import type { Connection } from '../storage/postgres.ts'
import { createStorage } from '../storage/storage.ts'
import { compileCheck } from '../wire/validate.ts'
import { type BesideServer, openBesideServer } from './beside-server.ts'

export type { AccountLine } from '../core/accounts/operator-store.ts'
export { AppError } from '../core/errors.ts'

type NewAccount = Omit<RouteBody<'register'>, 'transport'>

/** People are named by username or email. Each throws `not_found` for nobody, and as its command does. */
export interface Operator {
  /** Whether a server runs on the database, which then hears of everything at once. */
  readonly besideServer: boolean
  add(account: NewAccount, options: { readonly isAdmin: boolean }): Promise<Me>
  /** From behind that one on, in the order in which they were made; fewer than the limit at the end. */
  list(after: Id | null, limit: number): Promise<AccountLine[]>
  setPassword(login: string, password: string): Promise<void>
  setDisabled(login: string, isDisabled: boolean): Promise<void>
  setAdmin(login: string, isAdmin: boolean): Promise<void>
  sessions(login: string): Promise<Session[]>
  /** Gives how many it ended. */
  endSessions(login: string, which: { readonly only: Id } | 'all'): Promise<number>
  close(): Promise<void>
}

const clock: Clock = { now: () => new Date() }

const checkAccount = compileCheck(routes.register.body)
const checkPassword = compileCheck(Password, '/password')

/** As openBesideServer does. */
export async function openOperator(connection: Connection, log: Log): Promise<Operator> {
  return operatorOver(await openBesideServer(connection, { log, max: 2 }), log)
}

function operatorOver({ pool, lock, close }: BesideServer, log: Log): Operator {
  const storage = createStorage(pool)
  const notices = noticeBus(pool, log)
  const ports = {
    storage,
    bus: notices.bus,
    clock,
    ids: { next: () => uuidv7() },
    passwords: createPasswordHasher(),
    passwordStrength: createPasswordStrength(),
    rateLimiter: unlimited,
    // The running server's own reconciler finds what an answer that was lost leaves untold.
    reconciler: { doubt: () => undefined, found: () => undefined },
    policy: { registration: 'open', demo: false, testData: 'nobody', weakPasswords: 'nowhere' },
  } as const
  const find = async (login: string): Promise<Id> => {
    const account = await storage.stores.accounts.findByLogin(login)
    if (account === null) throw new AppError('not_found', { detail: `There is no account called ${login}` })
    return account.me.id
  }
  /** Resolves when the running server has been told too. */
  const told = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    await notices.sent()
    return result
  }
  return {
    besideServer: lock === null,
    async add(account, { isAdmin }) {
      const me = await createAccount(ports, checkAccount(account), { ip: '' })
      if (isAdmin) await told(setAdmin(ports, me.id, true))
      return me
    },
    list: (after, limit) => storage.stores.operator.list(after, limit, clock.now()),
    async setPassword(login, password) {
      await told(replacePassword(ports, await find(login), checkPassword(password)))
    },
    async setDisabled(login, isDisabled) {
      await told(setDisabled(ports, await find(login), isDisabled))
    },
    async setAdmin(login, isAdmin) {
      await told(setAdmin(ports, await find(login), isAdmin))
    },
    sessions: async (login) => listSessions(ports, { userId: await find(login), sessionId: '' }),
    endSessions: async (login, which) => told(endSessions(ports, await find(login), which)),
    close,
  }
}

/** A bus on which nobody listens here: what is published goes to the running server, in order. */
function noticeBus(pool: Pool, log: Log): { readonly bus: Bus; sent(): Promise<void> } {
  let sending: Promise<void> = Promise.resolve()
  const send = async (envelopes: readonly Envelope[]): Promise<void> => {
    try {
      await sendNotices(pool, envelopes)
    } catch (error) {
      log.warn(
        { err: error },
        'the running server could not be told at once; it finds out within half a minute',
      )
    }
  }
  const bus: Bus = {
    publish(envelopes) {
      sending = sending.then(() => send(envelopes))
    },
    subscribe: () => () => undefined,
    setInterest: async () => undefined,
    close: async () => undefined,
  }
  return { bus, sent: () => sending }
}
