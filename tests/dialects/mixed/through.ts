// Deeds through a dialect: the requests of the access matrix, with the texts of a test. Every answer is held against the dialect's document.
import type { Dialect } from '../../../packages/server/src/dialects/kit/dialect.ts'
import { allCases, dialectOf } from '../../access/dialects/all-cases.ts'
import { expectShape } from '../../access/dialects/answer-shapes.ts'
import type { DialectCases, FrameFields, SocketCase } from '../../access/dialects/dialect-case.ts'
import { DialectDoor, type DialectParts, type RouteKey } from '../../access/dialects/dialect-door.ts'
import { type Address, DialectListener } from '../../access/dialects/dialect-listener.ts'
import type { Place } from '../../access/dialects/place.ts'
import type { Person } from '../../access/people.ts'
import type { Stage } from '../../access/stage.ts'

/** Every call and frame that was made, as `<dialect> <key>`. */
export const made = new Set<string>()

export function casesOf(name: string): DialectCases {
  const found = allCases.find((cases) => cases.name === name)
  if (found === undefined) throw new Error(`There are no cases of ${name}`)
  return found
}

/** Gives what was answered; null for no JSON. Throws for a refusal. */
export async function throughCall(
  stage: Stage,
  name: string,
  key: RouteKey,
  place: Place,
  { body, params, file }: DialectParts = {},
): Promise<{ readonly id: string | number } | null> {
  const cases = casesOf(name)
  const [call] = cases.routes[key] ?? []
  if (call?.about !== 'chat') throw new Error(`${name} ${key} is about no chat`)
  const parts = call.parts(place)
  const given: DialectParts = {
    ...parts,
    ...(body === undefined ? {} : { body: { ...parts.body, ...body } }),
    ...(params === undefined ? {} : { params: { ...parts.params, ...params } }),
    ...(file === undefined ? {} : { file }),
  }
  const dialect = dialectOf(cases)
  const door = new DialectDoor(stage.door, dialect)
  const { status, text } = await door.call(key, place.self.token, given)
  if (status >= 400) throw new Error(`${name} ${key}: ${status} ${text}`)
  made.add(`${name} ${key}`)
  if (!/^[{[]/.test(text)) return null
  const answer = JSON.parse(text)
  const { method } = door.route(key)
  expectShape(name, method, door.pathOf(key, given).slice(`/compat/${name}`.length), status, answer)
  return answer
}

/** A socket at the place's chat that has said whatever it takes to hear of it. */
export async function enter(
  stage: Stage,
  name: string,
  path: string,
  place: Place,
  { token }: Pick<Person, 'token'> = place.self,
): Promise<DialectListener> {
  const { address, own } = socketAt(stage, name, path, place)
  const listener = await DialectListener.enter(address, token)
  for (const frame of own.enter?.(place) ?? []) listener.send(frame)
  return listener
}

/** By a socket that is opened for it. Throws for a fault. */
export async function throughSocket(
  stage: Stage,
  name: string,
  path: string,
  frame: string,
  place: Place,
  fields: FrameFields = {},
): Promise<void> {
  const { address, own } = socketAt(stage, name, path, place)
  const listener = await enter(stage, name, path, place)
  await listener.heard()
  const example = own.frames[frame]?.[0].frame(place, place)
  listener.send({ [address.socket.command.field]: frame, ...example, ...fields })
  const fault = (await listener.heard()).find((text) => listener.isFault(text))
  listener.leave()
  if (fault !== undefined) throw new Error(`${name} ${frame}: ${fault}`)
  made.add(`${name} ${frame}`)
}

function socketAt(
  stage: Stage,
  name: string,
  path: string,
  place: Place,
): { readonly address: Address; readonly own: SocketCase } {
  const cases = casesOf(name)
  const dialect: Dialect = dialectOf(cases)
  const socket = dialect.sockets.find((candidate) => candidate.path === path)
  const own = cases.sockets[path]
  if (socket === undefined || own === undefined) throw new Error(`${name} has no socket ${path}`)
  return { own, address: { url: stage.server.url, dialect, socket, params: own.doors[0].params(place) } }
}
