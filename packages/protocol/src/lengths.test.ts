// M8: whoever reads the documents counts as the server does, whose checks are made of the same schemas.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { longestTexts, type TextShape } from '../test/longest-texts.ts'
import { asyncapi } from './asyncapi.ts'
import { openapi } from './openapi.ts'
import { codePointLength } from './text.ts'

/** Everything in a document that bounds a text, by its place there. */
function boundsIn(value: unknown, at = ''): (readonly [string, TextShape])[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'maxLength' in value ? [[at, value as TextShape] as const] : []
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => boundsIn(inner, `${at}/${key}`))]
}

const documents = { OpenAPI: openapi(), AsyncAPI: asyncapi() }
const bounds = Object.entries(documents).flatMap(([name, document]) => boundsIn(document, name))
const ajv = new Ajv2020({ strict: false })

test.each(bounds)('M8: %s allows as many code points, and no more', (_, shape) => {
  const { full, more } = longestTexts(shape)
  expect([codePointLength(full), codePointLength(more)]).toEqual([
    shape.maxLength,
    (shape.maxLength ?? 0) + 1,
  ])
  const check = Compile(shape)
  expect([check.Check(full), ajv.validate(shape, full)]).toEqual([true, true])
  expect([check.Check(more), ajv.validate(shape, more)]).toEqual([false, false])
})

test('M8: both documents bound texts, and all but ids and keys may be astral', () => {
  for (const name of Object.keys(documents))
    expect(bounds.filter(([at]) => at.startsWith(name)).length).toBeGreaterThanOrEqual(5)
  const ofAscii = bounds.filter(([, shape]) => longestTexts(shape).full.startsWith('x'))
  expect(ofAscii.map(([at]) => at)).toEqual([
    expect.stringContaining('/api/v1/chats/{chat_id}/messages/post'),
  ])
})
