// What every refusal of a dialect must be: FastAPI's shape, and never the server's fault.
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { expect } from 'vitest'
import type { Answer } from '../access/http-door.ts'

const closed = { additionalProperties: false }
const plain = Compile(Type.Object({ detail: Type.String({ minLength: 1 }) }, closed))
const listed = Compile(
  Type.Object(
    {
      detail: Type.Array(
        Type.Object(
          {
            loc: Type.Array(Type.Union([Type.String(), Type.Integer()]), { minItems: 1 }),
            msg: Type.String({ minLength: 1 }),
            type: Type.String({ minLength: 1 }),
          },
          closed,
        ),
        { minItems: 1 },
      ),
    },
    closed,
  ),
)

/** The status of a refusal, after a look at everything that it must be. Throws for what is none. */
export function refusalOf(answer: Answer): number {
  const { status, headers, text } = answer
  if (status < 400 || status >= 500) throw new Error(`not refused: ${answer.bytes}`)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(headers['x-content-type-options']).toBe('nosniff')
  const body: unknown = JSON.parse(text)
  if (!plain.Check(body) && !(status === 422 && listed.Check(body))) {
    throw new Error(`not a refusal of a dialect: ${answer.bytes}`)
  }
  return status
}

/** What is no refusal must at least be no fault of the server. */
export function statusOf(answer: Answer): number {
  return answer.status < 400 ? answer.status : refusalOf(answer)
}
