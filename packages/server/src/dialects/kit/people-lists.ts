// Lists of people of contracts that may be asked without pages: whole, or with the address of the rest.
import { limits } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import { listPeople } from '../../core/people/list-people.ts'
import type { Person } from '../../core/people/store.ts'
import type { Storage } from '../../core/ports.ts'
import { optional } from './route.ts'

/** People of one answer. For each of them it may have to be found out whether the viewer is a contact. */
const wholeList = 1_000

const Offset = Type.Integer({ minimum: 0, maximum: 1_000_000_000 })

/** Both names of an offset are in use. */
export const peopleQuery = {
  limit: optional(
    Type.Integer({ minimum: 1, maximum: limits.pageMax, description: 'Without it everybody is given' }),
  ),
  offset: optional(Offset),
  skip: optional(Offset),
}

export const peopleCost = { call: 3, each: 0.1, of: 'limit', otherwise: 1_000 } as const

interface PeopleQuery {
  readonly limit?: number
  readonly offset?: number
  readonly skip?: number
}

interface PeopleFound {
  readonly people: readonly Person[]
  /** For the answer: where there are more people, `Link` says where the next ones are (RFC 8288). */
  readonly headers: Readonly<Record<string, string>>
}

/** Everybody but the actor, whose integer is `self`, in the order of their registration. `path` is that of the call. */
export async function listOthers(
  ports: { readonly storage: Storage },
  actor: Actor,
  self: number,
  path: string,
  { limit = wholeList, offset = 0, skip = offset }: PeopleQuery,
): Promise<PeopleFound> {
  const rows = await listPeople(ports, actor, { offset: skip, limit: limit + 2 })
  const known = rows.filter(({ number }) => number !== self)
  // Offsets do not count the actor: before a page that comes later there was one more.
  const isBehind = (rows[0]?.number ?? 0) > self
  const others = isBehind ? known.slice(1) : known
  const headers = others.length > limit ? { link: `<${path}?skip=${skip + limit}>; rel="next"` } : {}
  return { people: others.slice(0, limit), headers }
}
