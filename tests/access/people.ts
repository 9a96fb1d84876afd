// Accounts with sessions, made without hashing a password for each: a matrix needs hundreds.
import type { Id } from '@parley/protocol'
import { loginOf, startSession } from '../../packages/server/src/core/accounts/login-session.ts'
import type { TestServer } from '../../packages/server/test/harness.ts'

/** A person through one of their sessions. */
export interface Person {
  readonly id: Id
  readonly username: string
  readonly email: string
  readonly token: string
  readonly sessionId: Id
  readonly refreshToken: string
}

/** What a person has, where it is not what everybody here has. */
interface Given {
  readonly username?: null
  readonly email?: null
  readonly name?: string
}

/** Of everyone. */
export const password = 'correct horse battery staple'

/** Those who never were with anybody where both are at home: they see no email but their own. */
export const outsiders: ReadonlySet<string> = new Set(['stranger', 'ex_member'])

/** The emails of others in a text. Everybody's address is of this form. */
export const emailsOfOthers = (text: string, self: Pick<Person, 'email'>): string[] =>
  (text.match(/[\w.+-]+@example\.org/g) ?? []).filter((email) => email !== self.email)

export class People {
  readonly #server: { readonly app: Pick<TestServer['app'], 'ports'> }
  #passwordHash: Promise<string> | null = null
  #count = 0

  constructor(server: { readonly app: Pick<TestServer['app'], 'ports'> }) {
    this.#server = server
  }

  /** Makes an account and its first session, by the canonical door if no dialect is named. A username or email that is null is empty in what is given back. */
  async arrive(role: string, door?: string, given: Given = {}): Promise<Person> {
    const { ports } = this.#server.app
    this.#count += 1
    this.#passwordHash ??= ports.passwords.hash(password, 'people')
    const known = `${role}.${this.#count}`
    const account = { username: known, email: `${known}@example.org`, name: role, ...given }
    const me = await ports.storage.stores.accounts.insert({
      ...account,
      id: ports.ids.next(),
      bio: '',
      locale: 'en',
      passwordHash: await this.#passwordHash,
      createdAt: ports.clock.now(),
    })
    if (me === null) throw new Error(`there is a ${known} already`)
    return this.#logIn({ id: me.id, username: account.username ?? '', email: account.email ?? '' }, door)
  }

  /** Another session of the same person. */
  again(person: Person, door?: string): Promise<Person> {
    return this.#logIn(person, door)
  }

  async #logIn(
    { id, username, email }: Pick<Person, 'id' | 'username' | 'email'>,
    door?: string,
  ): Promise<Person> {
    const { ports } = this.#server.app
    const { stores } = ports.storage
    const account = await stores.accounts.find(id)
    if (account === null) throw new Error('the person has no account')
    const client = { ip: '127.0.0.1', userAgent: 'a test', ...(door === undefined ? {} : { door }) }
    const session = await startSession(ports, stores, id, client)
    const { accessToken, refreshToken } = await loginOf(ports, account.me, session)
    return { id, username, email, token: accessToken, sessionId: session.id, refreshToken }
  }
}
