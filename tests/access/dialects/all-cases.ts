// The cases of every dialect of the server.
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import type { Dialect } from '../../../packages/server/src/dialects/kit/dialect.ts'
import { chatApplicationCases } from './chat-application-cases.ts'
import { chatBackendCases } from './chat-backend-cases.ts'
import type { DialectCases } from './dialect-case.ts'
import { messengerApiCases } from './messenger-api-cases.ts'
import { messengerCases } from './messenger-cases.ts'
import { windiMessengerCases } from './windi-messenger-cases.ts'

export const allCases: readonly DialectCases[] = [
  chatApplicationCases,
  chatBackendCases,
  messengerCases,
  messengerApiCases,
  windiMessengerCases,
]

/** Throws when there is no such dialect. */
export function dialectOf({ name }: DialectCases): Dialect {
  const found = dialects.find((dialect) => dialect.name === name)
  if (found === undefined) throw new Error(`there is no dialect ${name}`)
  return found
}
