// M8: every length that the documents state is the one that the server checks, in code points.
import {
  type ClientFrameType,
  clientFrames,
  codePointLength,
  type ErrorCode,
  type RouteName,
  routes,
} from '@parley/protocol'
import { openapi } from '@parley/protocol/openapi'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { longestTexts } from '../../packages/protocol/test/longest-texts.ts'
import { type Answer, callOf, type Parts, problemIn } from '../access/http-door.ts'
import { Listener } from '../access/listener.ts'
import { examplesOf, frameExamplesOf } from './examples.ts'
import { frameRefusalOf, refusalOf, Service } from './service.ts'

/** JSON Schema as far as the documents use it for texts. */
interface Shape {
  readonly $ref?: string
  readonly maxLength?: number
  readonly anyOf?: readonly Shape[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
}

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: Shape
}

interface Operation {
  readonly operationId: RouteName
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Shape }>> }
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Shape>> }
}

const document = openapi() as Document
const operations = Object.values(document.paths).flatMap((path) => Object.values(path))

function resolve(shape: Shape): Shape {
  const name = shape.$ref?.slice('#/components/schemas/'.length)
  return name === undefined ? shape : resolve(document.components.schemas[name] ?? {})
}

/** Every text with a bound in a body: the way to it, and the shape of the member of a union that has it. */
function textsIn(
  given: Shape,
  way: readonly string[] = [],
): { readonly way: readonly string[]; readonly shape: Shape; readonly branch: number }[] {
  const shape = resolve(given)
  if (shape.maxLength !== undefined) return [{ way, shape, branch: 0 }]
  const members = (shape.anyOf ?? []).flatMap((member, branch) =>
    textsIn(member, way).map((found) => (way.length === 0 ? { ...found, branch } : found)),
  )
  const fields = Object.entries(shape.properties ?? {}).flatMap(([key, field]) =>
    textsIn(field, [...way, key]),
  )
  const items = shape.items === undefined ? [] : textsIn(shape.items, [...way, '0'])
  return [...members, ...fields, ...items]
}

interface Place {
  readonly name: RouteName
  /** In words. */
  readonly where: string
  readonly shape: Shape
  /** The path that a complaint names; undefined where it names none. */
  readonly pointer?: string
  readonly put: (examples: readonly Parts[], text: string) => Parts & { readonly headers?: object }
}

function put(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text
  const inner = value as Readonly<Record<string, unknown>>
  return Array.isArray(value)
    ? value.with(Number(key), put(value[Number(key)], rest, text))
    : { ...inner, [key]: put(inner[key], rest, text) }
}

const places: readonly Place[] = operations.flatMap(({ operationId: name, parameters, requestBody }) => {
  const body = requestBody?.content['application/json']?.schema
  const inBody = (body === undefined ? [] : textsIn(body)).map(({ way, shape, branch }): Place => {
    const pointer = `/${way.join('/')}`
    // The examples of a union are one for each member, in the order of the members.
    const withText = (examples: readonly Parts[], text: string) => {
      const example = examples[branch] ?? {}
      return { ...example, body: put(example.body, way, text) }
    }
    return { name, where: `the body at ${pointer}`, shape, pointer, put: withText }
  })
  const inParameters = parameters.flatMap(({ name: key, in: where, schema }): Place[] => {
    const shape = resolve(schema)
    if (shape.maxLength === undefined) return []
    const of = `the ${where} parameter ${key}`
    if (where === 'header') {
      const withText = ([example = {}]: readonly Parts[], text: string) => ({
        ...example,
        headers: { [key]: text },
      })
      return [{ name, where: of, shape, put: withText }]
    }
    const part = where === 'path' ? 'params' : 'query'
    const withText = ([example = {}]: readonly Parts[], text: string) => ({
      ...example,
      [part]: { ...example[part], [key]: part === 'params' ? encodeURIComponent(text) : text },
    })
    return [{ name, where: of, shape, pointer: `/${key}`, put: withText }]
  })
  return [...inParameters, ...inBody]
})

/** Codes of what does not fit, in whatever way. Others come from whoever has taken the text and looked at it. */
const misfits: readonly ErrorCode[] = ['invalid_request', 'invalid_encoding', 'payload_too_large']

let service: Service
beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service.stop())

describe('M8: a text that a call takes has the length that OpenAPI states, and no more, in code points', () => {
  const ask = ({ name, put: withText }: Place, text: string): Promise<Answer> => {
    const { headers, ...parts } = withText(examplesOf(service.scene)[name], text)
    const token = routes[name].auth === 'user' ? service.self.token : null
    const call = callOf(name, token, parts)
    return service.door.send({ ...call, headers: { ...call.headers, ...headers } })
  }
  /** What the server says of the length of that text, in so many words where it names the field. */
  const complaintsOf = (answer: Answer, { pointer, shape }: Place): string[] => {
    const { detail, errors = [] } = problemIn(answer)
    if (pointer === undefined) return [detail]
    const said = `must have at most ${shape.maxLength} characters`
    return errors
      .filter(({ path, message }) => path === pointer && message === said)
      .map(({ message }) => message)
  }

  test.each(places.map((place) => [place.name, place.where, place] as const))(
    '%s: %s',
    async (_, __, place) => {
      const { full, more } = longestTexts(place.shape)
      expect([codePointLength(full), codePointLength(more)]).toEqual([
        place.shape.maxLength,
        (place.shape.maxLength ?? 0) + 1,
      ])
      const taken = await ask(place, full)
      if (taken.status >= 400) expect(misfits).not.toContain(refusalOf(taken))
      const refused = await ask(place, more)
      expect([refusalOf(refused), complaintsOf(refused, place).length]).toEqual(['invalid_request', 1])
    },
  )

  test('all calls with such texts are here, and nearly all take astral characters', () => {
    expect(places.length).toBeGreaterThan(30)
    const ofAscii = places.filter(({ shape }) => longestTexts(shape).full.startsWith('x'))
    expect(ofAscii.map(({ where }) => where)).toEqual(['the header parameter Idempotency-Key'])
  })
})

describe('M8: a text in a frame has the length that AsyncAPI states, and no more, in code points', () => {
  const framePlaces = Object.entries(clientFrames).flatMap(([type, { schema }]) =>
    textsIn(schema as Shape).map(
      ({ way, shape }) => [type as ClientFrameType, way.join('/'), shape] as const,
    ),
  )

  test.each(framePlaces)('%s: %s', async (type, way, shape) => {
    const ask = async (text: string) => {
      const socket =
        type === 'hello' ? new Listener(service.url) : await Listener.enter(service.url, service.self.token)
      await socket.opened
      const { ref: _, ...example } = frameExamplesOf(service.scene, service.self)[type]
      const answer = await socket.ask(put(example, way.split('/'), text) as object)
      socket.leave()
      return answer
    }
    const { full, more } = longestTexts(shape)
    const taken = await ask(full)
    if (taken.type === 'error') expect(misfits).not.toContain(frameRefusalOf(taken))
    expect(frameRefusalOf(await ask(more))).toBe('invalid_request')
  })

  test('all frames with such texts are here', () => {
    expect(framePlaces.map(([type, way]) => `${type} ${way}`)).toEqual([
      ...['hello token', 'hello user_id', 'send_message text', 'edit_message text'],
    ])
  })
})
