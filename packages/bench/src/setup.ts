// Fills a Parley server through its REST API: people and chats.
import { limits, type RouteAnswer, type RouteBody, type RouteName, routes } from '@parley/protocol'
import type { Person } from './contestant.ts'
import type { Progress } from './progress.ts'

export interface Setup {
  people(count: number): Promise<readonly Person[]>
  createGroup(people: readonly Person[]): Promise<string>
  createDirect(one: Person, other: Person): Promise<string>
}

/** A password hash keeps a core busy for some 25 ms: more calls at once than cores only wait. */
const registrationsAtOnce = 8

export function createSetup(origin: string, progress: Progress): Setup {
  const known: Person[] = []
  // A running server may hold the people of an earlier run.
  const run = Date.now().toString(36)

  const register = async (number: number): Promise<Person> => {
    const username = `bench_${run}_${String(number).padStart(6, '0')}`
    const answer = await call(origin, 'register', { username, password: 'load-load-load' })
    if (answer.access_token === undefined) throw new Error('The server kept the token of a new account')
    return { id: answer.user.id, token: answer.access_token }
  }

  return {
    async people(count) {
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
      const { chat } = await call(origin, 'createChat', body, { token: owner.token })
      for (let from = limits.membersPerCall; from < ids.length; from += limits.membersPerCall) {
        const user_ids = ids.slice(from, from + limits.membersPerCall)
        await call(origin, 'addMembers', { user_ids }, { token: owner.token, params: { chat_id: chat.id } })
      }
      return chat.id
    },
    async createDirect(one, other) {
      const body = { kind: 'direct', user_id: other.id } as const
      return (await call(origin, 'createChat', body, { token: one.token })).chat.id
    },
  }
}

interface CallOptions {
  readonly token?: string
  /** Fills the braces of the route's path. */
  readonly params?: Readonly<Record<string, string>>
}

/** Calls a route by its name in the table. Throws with the server's words on any error. */
async function call<N extends RouteName>(
  origin: string,
  name: N,
  body: RouteBody<N>,
  { token, params = {} }: CallOptions = {},
): Promise<RouteAnswer<N>> {
  const { method } = routes[name]
  const path = routes[name].path.replace(/\{(\w+)\}/g, (_, key: string) => params[key] ?? '')
  const answer = await fetch(origin + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as RouteAnswer<N>
}
