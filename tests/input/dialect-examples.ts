// A request of every call of a dialect that fits, from its cases in the access matrix: what the bad ones are made from.
import type { Dialect } from '../../packages/server/src/dialects/kit/dialect.ts'
import type { DialectRoute } from '../../packages/server/src/dialects/kit/route.ts'
import type { CallCase, DialectCases } from '../access/dialects/dialect-case.ts'
import { DialectDoor, type DialectParts, keyOf, type RouteKey } from '../access/dialects/dialect-door.ts'
import { numbersOf, type Place, placeOf } from '../access/dialects/place.ts'
import type { Answer, Call } from '../access/http-door.ts'
import type { Service } from './service.ts'

export interface CallExample {
  readonly key: RouteKey
  readonly route: DialectRoute
  readonly call: CallCase
}

/** One for each route. */
export const examplesOf = (dialect: Dialect, { routes }: DialectCases): CallExample[] =>
  dialect.routes.flatMap((route) => {
    const key = keyOf(route)
    const [call] = routes[key] ?? []
    return call === undefined ? [] : [{ key, route, call }]
  })

/** An example whose people and chat are new, and may come to harm. */
export class Trial {
  readonly example: CallExample
  readonly parts: DialectParts
  readonly #service: Service
  readonly #door: DialectDoor
  readonly #token: string

  private constructor(
    service: Service,
    door: DialectDoor,
    example: CallExample,
    token: string,
    parts: DialectParts,
  ) {
    this.#service = service
    this.#door = door
    this.example = example
    this.#token = token
    this.parts = parts
  }

  static async of(service: Service, dialect: Dialect, example: CallExample): Promise<Trial> {
    const { stage } = service
    const door = new DialectDoor(stage.door, dialect)
    const { call } = example
    if (call.about === 'chat') {
      const place = await newPlace(service)
      return new Trial(service, door, example, place.self.token, call.parts(place))
    }
    const { people: arrivals } = stage
    const people = {
      self: await arrivals.arrive('self', dialect.name),
      other: await arrivals.arrive('other'),
    }
    const numbers = await numbersOf(service.server, people)
    const encounter = { ...people, numbers, server: service.server }
    const token = call.token?.(encounter) ?? people.self.token
    return new Trial(service, door, example, token, await call.parts(encounter))
  }

  /** Where the call is. */
  get path(): string {
    return this.#door.pathOf(this.example.key, this.parts)
  }

  pathWith(parts: DialectParts): string {
    return this.#door.pathOf(this.example.key, { ...this.parts, ...parts })
  }

  /** The call with other parts, and then with whatever else is said. */
  async send(parts: DialectParts = {}, other: Partial<Call> = {}): Promise<Answer> {
    const call = await this.#door.callOf(this.example.key, this.#token, { ...this.parts, ...parts })
    return this.#service.door.send({ ...call, ...other })
  }

  /** The call with these bytes as its body. */
  async sendBody(body: string | Uint8Array, contentType: string | null): Promise<Answer> {
    const call = await this.#door.callOf(this.example.key, this.#token, this.parts)
    const { 'content-type': _, ...headers } = call.headers ?? {}
    const type = contentType === null ? {} : { 'content-type': contentType }
    return this.#service.door.send({ ...call, body, headers: { ...headers, ...type } })
  }

  /** Without a body. */
  sendPlain(method: string, path: string, token: string | null = this.#token): Promise<Answer> {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` }
    return this.#service.door.send({ method, path, headers })
  }
}

/** The owner's place in a new private group. */
const newPlace = async (service: Service): Promise<Place> =>
  placeOf(service.server, await service.stage.scene('private', service.scene.cast), 'owner')
