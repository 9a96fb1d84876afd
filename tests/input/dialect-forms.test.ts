// D9: forms of every dialect in both ways to write them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { anonymousBodyBytes } from '../../packages/server/src/http/settings.ts'
import { allCases, dialectOf } from '../access/dialects/all-cases.ts'
import { encodedForm, formOf } from '../access/dialects/dialect-door.ts'
import { type CallExample, examplesOf, Trial } from './dialect-examples.ts'
import { refusalOf } from './dialect-refusal.ts'
import { complaints, Service } from './service.ts'

let service: Service

beforeAll(async () => {
  service = await Service.start()
})
afterEach(() => service.mustStillServe())
afterAll(() => service?.stop())

const urlencoded = 'application/x-www-form-urlencoded'
const boundary = 'a-boundary'
const multipart = `multipart/form-data; boundary=${boundary}`

type Fields = Readonly<Record<string, unknown>>

/** As browsers and libraries write it. */
const formDataOf = (fields: Fields): FormData => {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  return form
}

const part = (name: string, value: string, line = '\r\n') =>
  `--${boundary}${line}Content-Disposition: form-data; name="${name}"${line}${line}${value}${line}`
const partsOf = (fields: Fields, line?: string) =>
  Object.entries(fields)
    .map(([name, value]) => part(name, String(value), line))
    .join('')
const end = `--${boundary}--\r\n`

/** Bodies that are none, each made from one that is. */
const broken: Readonly<
  Record<string, (fields: Fields) => readonly [type: string, body: string | Uint8Array]>
> = {
  nothing: () => [multipart, ''],
  'no boundary': (fields) => ['multipart/form-data', partsOf(fields) + end],
  'an empty boundary': (fields) => ['multipart/form-data; boundary=""', partsOf(fields) + end],
  'another boundary': (fields) => ['multipart/form-data; boundary=other', partsOf(fields) + end],
  'a boundary of 71 letters': (fields) => {
    const long = 'b'.repeat(71)
    return [`multipart/form-data; boundary=${long}`, (partsOf(fields) + end).replaceAll(boundary, long)]
  },
  'no end': (fields) => [multipart, partsOf(fields)],
  'half of the end': (fields) => [multipart, `${partsOf(fields)}--${boundary}-`],
  'line feeds alone': (fields) => [multipart, partsOf(fields, '\n') + end],
  'a part without a head': (fields) => [multipart, `${partsOf(fields)}--${boundary}\r\nvalue\r\n${end}`],
  'a part without a name': (fields) => [
    multipart,
    `${partsOf(fields)}--${boundary}\r\nContent-Disposition: form-data\r\n\r\nvalue\r\n${end}`,
  ],
  'a head of 2,000 letters': (fields) => [
    multipart,
    partsOf(fields) + part('x'.repeat(2_000), 'value') + end,
  ],
  'a file': (fields) => [
    multipart,
    `${partsOf(fields)}--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nx\r\n${end}`,
  ],
  'a file in place of each field': (fields) => [
    multipart,
    partsOf(fields).replaceAll(/name="(\w+)"/g, 'name="$1"; filename="f.txt"') + end,
  ],
  'a hundred fields': (fields) => [multipart, partsOf(fields) + part('surplus', '').repeat(100) + end],
  'no UTF-8': (fields) => [
    multipart,
    Buffer.concat([
      Buffer.from(partsOf(fields)),
      Buffer.from(part('x', '\xff\xfe'), 'latin1'),
      Buffer.from(end),
    ]),
  ],
  'half of a surrogate pair': (fields) => [
    multipart,
    Buffer.concat([
      Buffer.from(partsOf(fields)),
      Buffer.from(part('x', '\xed\xa0\x80'), 'latin1'),
      Buffer.from(end),
    ]),
  ],
}

const takesForm = ({ route }: CallExample) =>
  route.body !== undefined && (route.accepts === 'form' || route.accepts === 'json or form')
const withForms = allCases.flatMap((cases) => {
  const dialect = dialectOf(cases)
  const examples = examplesOf(dialect, cases).filter(takesForm)
  return examples.map((example) => ({ name: `${dialect.name} ${example.key}`, dialect, example }))
})

test('there are forms in several dialects', () => {
  expect(new Set(withForms.map(({ dialect }) => dialect.name)).size).toBeGreaterThan(2)
})

describe.each(withForms)('D9: $name', ({ dialect, example }) => {
  const trial = () => Trial.of(service, dialect, example)
  /** Of a new trial, whose people and chat may come to harm. */
  const statusWith = async (write: (fields: Fields) => Promise<readonly [string, string | Uint8Array]>) => {
    const call = await trial()
    const [type, body] = await write(call.parts.body ?? {})
    return (await call.sendBody(body, type)).status
  }

  test('is answered alike, whichever way it is written', async () => {
    const expected = await statusWith(async (fields) => [urlencoded, formOf(fields)])
    expect(expected).toBeLessThan(422)
    const byClient = await statusWith(async (fields) => {
      const { headers, bytes } = await encodedForm(formDataOf(fields))
      return [headers['content-type'] ?? '', bytes]
    })
    expect(byClient).toBe(expected)
    const others: readonly ((fields: Fields) => readonly [string, string])[] = [
      (fields) => [`Multipart/Form-Data; charset=utf-8; boundary="${boundary}"`, partsOf(fields) + end],
      (fields) => [multipart, `a preamble\r\n${partsOf(fields)}${end}an epilogue`],
      (fields) => [multipart, partsOf(fields) + part('surplus', 'a text') + end.trimEnd()],
      (fields) => [multipart, partsOf(fields).replaceAll(/name="(\w+)"/g, 'name=$1') + end],
      // Of a field that is given twice the last counts.
      (fields) => [
        multipart,
        Object.keys(fields)
          .map((name) => part(name, ''))
          .join('') +
          partsOf(fields) +
          end,
      ],
      (fields) => [
        multipart,
        partsOf(fields).replaceAll(
          /Content-Disposition: ([^\r]+)/g,
          'content-type: text/plain; charset=utf-8\r\ncontent-disposition: $1\r\ncontent-length: 3',
        ) + end,
      ],
    ]
    for (const write of others) expect(await statusWith(async (fields) => write(fields))).toBe(expected)
  })

  test('is refused alike for each field that is missing', async () => {
    const call = await trial()
    const fields = call.parts.body ?? {}
    for (const name of Object.keys(fields)) {
      const { [name]: _, ...rest } = fields
      const { bytes } = await call.sendBody(formOf(rest), urlencoded)
      if (JSON.parse(bytes)[0] === 422) {
        expect((await call.sendBody(partsOf(rest) + end, multipart)).bytes).toBe(bytes)
      }
    }
  })

  test('what is no such body, or holds a file, is refused', async () => {
    const call = await trial()
    const fields = call.parts.body ?? {}
    const wrong = await complaints(Object.entries(broken), async ([what, write]) => {
      const [type, body] = write(fields)
      const status = refusalOf(await call.sendBody(body, type))
      return status === 422 ? null : `${what}: ${status}`
    })
    expect(wrong).toEqual([])
  })

  test('U+0000 is refused, and what is too large', async () => {
    const call = await trial()
    const fields = call.parts.body ?? {}
    const [name = ''] = Object.keys(fields)
    expect(refusalOf(await call.sendBody(partsOf({ ...fields, [name]: 'a\u0000b' }) + end, multipart))).toBe(
      422,
    )
    const large = partsOf(fields) + part('surplus', 'x'.repeat(4 * anonymousBodyBytes + 128 * 1024)) + end
    expect(refusalOf(await call.sendBody(large, multipart))).toBe(413)
  })
})
