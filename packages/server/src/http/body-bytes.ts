// How large a body can be that fits a schema: a call that takes five short fields need not read a megabyte first.
import { limits } from '@parley/protocol'
import type { TSchema } from 'typebox'

/** What every call may send: white space, escapes and fields that will be refused with words. */
const leastBytes = 16 * 1024

/** Of two units JSON may write each as an escape of six (RFC 8259 §7), and a form each of four bytes as three. */
const bytesPerCharacter = 12
/** Names, numbers, quotes, commas: generously. */
const bytesPerValue = 48

/** For schemas that do not say how long a text, or how many items, there may be. */
const longestText = limits.messageTextMax
const mostItems = limits.membersPerCall

/** Bytes, between what every call may send and `limits.httpBodyBytes`. */
export function bodyBytesOf(schema: TSchema | undefined): number {
  if (schema === undefined) return leastBytes
  return Math.min(limits.httpBodyBytes, leastBytes + bytesOf(schema))
}

interface Shape {
  readonly type?: string
  readonly maxLength?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly pattern?: unknown
  readonly const?: unknown
  readonly enum?: unknown
  readonly items?: TSchema
  readonly anyOf?: readonly TSchema[]
  readonly properties?: Readonly<Record<string, TSchema>>
  readonly patternProperties?: Readonly<Record<string, TSchema>>
}

function bytesOf(schema: TSchema): number {
  const shape: Shape = schema
  if (shape.const !== undefined || shape.enum !== undefined) return bytesPerValue
  if (shape.anyOf !== undefined) return Math.max(...shape.anyOf.map(bytesOf))
  switch (shape.type) {
    case 'string':
      return bytesPerValue + textBytes(shape)
    case 'array':
      return (
        (shape.maxItems ?? mostItems) * (shape.items === undefined ? bytesPerValue : bytesOf(shape.items))
      )
    case 'object':
      return objectBytes(shape)
    default:
      return bytesPerValue
  }
}

/** A text of a pattern without a length is short: an id. */
const textBytes = ({ maxLength, pattern }: Shape): number =>
  maxLength === undefined && pattern !== undefined ? 0 : (maxLength ?? longestText) * bytesPerCharacter

function objectBytes({ properties = {}, patternProperties, maxProperties = mostItems }: Shape): number {
  const known = Object.entries(properties).reduce(
    (sum, [name, field]) => sum + name.length + bytesOf(field),
    0,
  )
  // Keys of a pattern are ids.
  const [free] = Object.values(patternProperties ?? {})
  return known + (free === undefined ? 0 : maxProperties * (bytesPerValue + bytesOf(free)))
}
