// Arrays as parameters in PostgreSQL's binary format: to write and to read them costs both sides half of what their text does. The
// driver sends a Buffer as it is, so that its parameter must have just this type.
//
// The format is what array_recv reads (postgres: src/backend/utils/adt/arrayfuncs.c): dimensions, whether there are nulls, the
// element's type; size and lower bound of the dimension; then each element with its length before it, -1 for null.

/** Of pg_type.dat. */
const oids = { int4: 23, text: 25, timestamptz: 1184, uuid: 2950 } as const

const headerBytes = 20
const lengthBytes = 4
const nullLength = -1
/** PostgreSQL counts from here; milliseconds since 1970. */
const postgresEpoch = Date.UTC(2000, 0, 1)

/** uuid[]. Throws a RangeError for what is no UUID with hyphens. */
export function uuidArray(ids: readonly (string | null)[]): Buffer {
  const bytes = 16
  const hasNull = ids.includes(null)
  const array = openArray(oids.uuid, ids.length, ids.length * (lengthBytes + bytes), hasNull)
  let at = headerBytes
  for (const id of ids) {
    at = array.writeInt32BE(id === null ? nullLength : bytes, at)
    if (id === null) continue
    writeUuid(array, id, at)
    at += bytes
  }
  return array.subarray(0, at)
}

/** Where each byte of a UUID stands in its text (RFC 9562 §4). */
const uuidPlaces = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const
const uuidHyphens = [8, 13, 18, 23] as const
const uuidLength = 36

/** By character code; −1 for what is no hexadecimal digit. */
const hexDigits = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
)

function writeUuid(target: Buffer, id: string, at: number): void {
  let isWhole = id.length === uuidLength
  for (const place of uuidHyphens) isWhole &&= id[place] === '-'
  let end = at
  for (const place of uuidPlaces) {
    const high = hexDigits[id.charCodeAt(place)] ?? -1
    const low = hexDigits[id.charCodeAt(place + 1)] ?? -1
    isWhole &&= high >= 0 && low >= 0
    target[end] = high * 16 + low
    end += 1
  }
  if (!isWhole) throw new RangeError(`${id} is no UUID`)
}

/** int4[]. */
export function int4Array(numbers: readonly number[]): Buffer {
  const array = openArray(oids.int4, numbers.length, numbers.length * 2 * lengthBytes)
  let at = headerBytes
  for (const number of numbers) at = array.writeInt32BE(number, array.writeInt32BE(lengthBytes, at))
  return array
}

/** text[], for a database in UTF-8. */
export function textArray(texts: readonly string[]): Buffer {
  const lengths = texts.map((text) => Buffer.byteLength(text))
  const bytes = lengths.reduce((sum, length) => sum + lengthBytes + length, 0)
  const array = openArray(oids.text, texts.length, bytes)
  let at = headerBytes
  for (const [index, text] of texts.entries()) {
    at = array.writeInt32BE(lengths[index] ?? 0, at)
    at += array.write(text, at)
  }
  return array
}

/** timestamptz[], to the millisecond. */
export function timestampArray(times: readonly Date[]): Buffer {
  const bytes = 8
  const array = openArray(oids.timestamptz, times.length, times.length * (lengthBytes + bytes))
  let at = headerBytes
  for (const time of times) {
    at = array.writeInt32BE(bytes, at)
    const micros = (time.getTime() - postgresEpoch) * 1000
    const high = Math.floor(micros / 2 ** 32)
    at = array.writeUInt32BE(micros - high * 2 ** 32, array.writeInt32BE(high, at))
  }
  return array
}

/** The header is written; the elements are not. */
function openArray(oid: number, size: number, elementBytes: number, hasNull = false): Buffer {
  const array = Buffer.allocUnsafe(headerBytes + elementBytes)
  array.writeInt32BE(1, 0)
  array.writeInt32BE(hasNull ? 1 : 0, 4)
  array.writeInt32BE(oid, 8)
  array.writeInt32BE(size, 12)
  array.writeInt32BE(1, 16)
  return array
}
