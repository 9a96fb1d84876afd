// What the calls and frames of dialects cost, in the units of the protocol, where their tables do not say: judged by their shape.
import { type Cost, limits, sizeCost } from '@parley/protocol'
import type { DialectRoute } from './route.ts'
import type { SocketCommand } from './socket.ts'

/** Without an own word. These contracts list whole chats with their members, so reading is dear. */
export function routeCost({ cost, auth, method, query, upload }: DialectRoute): Cost {
  if (cost !== undefined) return cost
  if (upload !== undefined) return 20
  // Logging in and registering.
  if (auth === 'none' && method !== 'GET') return 10
  const page = query?.properties.limit
  if (page === undefined) return 4
  return { call: 3, each: 0.1, of: 'limit', otherwise: 50 }
}

/** What a query costs besides. However much is asked for, a page holds `limits.pageMax`: contracts may let it be any number. */
export function queryCost(cost: Cost, query: Readonly<Record<string, unknown>>): number {
  if (typeof cost === 'number') return 0
  const size = query[cost.of]
  return sizeCost(cost, typeof size === 'number' ? { [cost.of]: Math.min(size, limits.pageMax) } : query)
}

/** What each person or thing costs that a body lists. */
const itemCost = 0.1

export function bodyCost(body: unknown): number {
  if (typeof body !== 'object' || body === null) return 0
  const items = [body, ...Object.values(body)].reduce(
    (sum: number, value: unknown) => sum + (Array.isArray(value) ? value.length : 0),
    0,
  )
  return items * itemCost
}

/** What a frame costs before it is known what it is. */
export const frameCost = 1

/** What a frame costs besides, when that is known. A switch, so that a new command does not compile without. */
export function commandCost(command: SocketCommand): number {
  switch (command.do) {
    case 'send':
    case 'typing':
    case 'leave':
      return 0
    case 'read':
    case 'join':
      return 1
    case 'ask':
      return 4
  }
}

/** What it costs to be let in: whose token it is, what the person may see, and the chats to be followed. */
export const entryCost = 5
