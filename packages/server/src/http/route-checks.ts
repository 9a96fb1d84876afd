// The protocol's route table as compiled checks of what comes in and, for tests, of what goes out.
import { Readable } from 'node:stream'
import {
  isContent,
  type Route,
  type RouteBody,
  type RouteName,
  type RouteParams,
  type RouteQuery,
  routes,
} from '@parley/protocol'
import type { TSchema } from 'typebox'
import { AppError } from '../core/errors.ts'
import { decodeQuery } from '../wire/query.ts'
import { type Check, compileCheck } from '../wire/validate.ts'

/** Each throws `invalid_request` and the like; what it gives back is typed by the table. */
export interface RouteChecks<N extends RouteName> {
  params(value: unknown): RouteParams<N>
  /** Takes the query string without its question mark. */
  query(search: string): RouteQuery<N>
  /** Takes the decoded body; `undefined` for none, which counts as an empty object. */
  body(value: unknown): RouteBody<N>
  /** Throws a plain error, which is the server's fault, when the answer is not what the table promises. */
  answer(status: number, body: unknown): void
}

export function compileRoute<N extends RouteName>(name: N): RouteChecks<N> {
  const { params, query, body, answers }: Route = routes[name]
  const checkParams = params && compileCheck(params)
  const checkQuery = query && compileCheck(query)
  const checkBody = body && compileCheck(body)
  // The casts say what the table says: each check was compiled from the schema that the type is derived from.
  return {
    params: (value) => (checkParams ? checkParams(value) : undefined) as RouteParams<N>,
    query(search) {
      const values = decodeQuery(search, query)
      return (checkQuery ? checkQuery(values) : undefined) as RouteQuery<N>
    },
    body(value) {
      const given = value === undefined ? {} : value
      return (checkBody ? checkBody(given) : refuseContent(given)) as RouteBody<N>
    },
    answer: answerCheck(name, answers),
  }
}

/** For calls without a body, whose clients still may send `{}`. */
function refuseContent(value: unknown): undefined {
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 0
  ) {
    return undefined
  }
  throw new AppError('invalid_request', { errors: [{ path: '', message: 'this call takes no body' }] })
}

/** Compiled at its first use: most servers never check answers. */
function answerCheck(name: RouteName, answers: Route['answers']): (status: number, body: unknown) => void {
  const compiled = new Map<number, Check<unknown>>()
  const checkOf = (status: number, schema: TSchema): Check<unknown> => {
    const check = compiled.get(status) ?? compileCheck(schema)
    compiled.set(status, check)
    return check
  }
  return (status, body) => {
    const schema = answers[status]
    if (schema === undefined) throw new Error(`${name} must not answer ${status}`)
    if (schema === null) {
      if (body !== null) throw new Error(`${name} answers ${status} without a body`)
      return
    }
    if (isContent(schema)) {
      if (!(body instanceof Readable)) throw new Error(`${name} answers ${status} with content`)
      return
    }
    try {
      // As the client will see it.
      checkOf(status, schema)(JSON.parse(JSON.stringify(body)))
    } catch (cause) {
      const faults = cause instanceof AppError ? cause.data.errors : undefined
      throw new Error(`The answer of ${name} does not fit its schema: ${JSON.stringify(faults)}`, { cause })
    }
  }
}
