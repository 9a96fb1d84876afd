// Fills a Parley server through its REST API: people and chats.
import { type AuthAnswer, limits } from '@parley/protocol'
import { createApi } from './api.ts'
import type { Progress } from './progress.ts'
import type { Person } from './running-contestant.ts'

export interface Setup {
  people(count: number): Promise<readonly Person[]>
  createGroup(people: readonly Person[]): Promise<string>
  createDirect(one: Person, other: Person): Promise<string>
}

/** A password hash keeps a core busy for some 25 ms: more calls at once than cores only wait. */
const registrationsAtOnce = 8

/** A person and what keeps the login alive. `renewAt` is in milliseconds of the clock that was given. */
interface Account extends Person {
  readonly refreshToken: string
  readonly renewAt: number
}

/** `now` gives milliseconds of any clock that only rises. */
export function createSetup(origin: string, progress: Progress, now = () => performance.now()): Setup {
  const known: Account[] = []
  const { call } = createApi(origin)
  // A running server may hold the people of an earlier run.
  const run = Date.now().toString(36)

  const accountOf = (answer: AuthAnswer): Account => {
    const { user, access_token: token, refresh_token: refreshToken, expires_in } = answer
    if (token === undefined || refreshToken === undefined)
      throw new Error('The server kept the tokens of a login')
    // At half of its life, so that no token runs out between here and the sockets' logins.
    return { id: user.id, token, refreshToken, renewAt: now() + (expires_in * 1000) / 2 }
  }

  /** Long benches outlive their access tokens. */
  const renew = async (count: number): Promise<void> => {
    for (const [number, account] of known.slice(0, count).entries()) {
      if (now() < account.renewAt) continue
      known[number] = accountOf(await call('refresh', { body: { refresh_token: account.refreshToken } }))
    }
  }

  const register = async (number: number): Promise<Account> => {
    const username = `bench_${run}_${String(number).padStart(6, '0')}`
    return accountOf(await call('register', { body: { username, password: 'load-load-load' } }))
  }

  return {
    async people(count) {
      await renew(count)
      const missing = count - known.length
      if (missing > 0) {
        progress(`registering ${missing} people; each costs the server a password hash`)
        let next = known.length
        const registerSome = async (): Promise<void> => {
          while (next < count) {
            const number = next++
            known[number] = await register(number)
            if ((number + 1) % 250 === 0) progress(`registered ${number + 1} of ${count}`)
          }
        }
        await Promise.all(Array.from({ length: registrationsAtOnce }, registerSome))
      }
      return known.slice(0, count)
    },
    async createGroup(people) {
      const [owner, ...others] = people
      if (owner === undefined) throw new Error('A group needs an owner')
      const ids = others.map((one) => one.id)
      const body = { kind: 'group', title: 'Load', member_ids: ids.slice(0, limits.membersPerCall) } as const
      const { chat } = await call('createChat', { token: owner.token, body })
      for (let from = limits.membersPerCall; from < ids.length; from += limits.membersPerCall) {
        const user_ids = ids.slice(from, from + limits.membersPerCall)
        await call('addMembers', { token: owner.token, params: { chat_id: chat.id }, body: { user_ids } })
      }
      return chat.id
    },
    async createDirect(one, other) {
      const body = { kind: 'direct', user_id: other.id } as const
      return (await call('createChat', { token: one.token, body })).chat.id
    },
  }
}
