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
    const digits = id.replaceAll('-', '')
    if (digits.length !== 2 * bytes || array.write(digits, at, 'hex') !== bytes)
      throw new RangeError(`${id} is no UUID`)
    at += bytes
  }
  return array.subarray(0, at)
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
    at = array.writeBigInt64BE(BigInt(time.getTime() - postgresEpoch) * 1000n, at)
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
