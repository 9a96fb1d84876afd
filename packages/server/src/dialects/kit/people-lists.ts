// Lists of people of contracts that may be asked without pages: whole, or with the address of the rest.
import { limits } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../core/actor.ts'
import { listPeople } from '../../core/people/list-people.ts'
import type { Person } from '../../core/people/store.ts'
import type { Storage } from '../../core/ports.ts'
import { optional } from './route.ts'

/** People of one answer. */
const wholeList = 10_000

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

/** In the order of their registration. `path` is that of the call. */
export async function listEverybody(
  ports: { readonly storage: Storage },
  actor: Actor,
  path: string,
  { limit = wholeList, offset = 0, skip = offset }: PeopleQuery,
): Promise<PeopleFound> {
  const rows = await listPeople(ports, actor, { offset: skip, limit: limit + 1 })
  const headers = rows.length > limit ? { link: `<${path}?skip=${skip + limit}>; rel="next"` } : {}
  return { people: rows.slice(0, limit), headers }
}
