// The arrays as PostgreSQL reads them.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { int4Array, textArray, timestampArray, uuidArray } from './binary-arrays.ts'
import { type Fixture, storageFixture } from './test/fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

/** What PostgreSQL makes of the array, as JSON makes it visible. */
async function read(type: string, array: Buffer): Promise<unknown> {
  const { rows } = await fixture.pool.query(`SELECT to_json($1::${type}[]) AS read`, [array])
  return rows[0]?.read
}

test('PostgreSQL reads what was written', async () => {
  const ids = ['0190163d-8694-739b-aea5-966c26f8ad91', null, 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF']
  expect(await read('uuid', uuidArray(ids))).toEqual(ids.map((id) => id?.toLowerCase() ?? null))
  expect(await read('int4', int4Array([0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]))).toEqual([
    0,
    1,
    -1,
    2 ** 31 - 1,
    -(2 ** 31),
  ])
  const texts = ['', 'a"b\\c{d},NULL', 'Привет, 世界 👋🏽', 'x'.repeat(70_000)]
  expect(await read('text', textArray(texts))).toEqual(texts)
  const times = ['1969-12-31T23:59:59.999Z', '2000-01-01T00:00:00.000Z', '2026-11-21T10:20:30.456Z']
  const { rows } = await fixture.pool.query('SELECT unnest($1::timestamptz[]) AS time', [
    timestampArray(times.map((time) => new Date(time))),
  ])
  expect(rows.map((row) => row.time.toISOString())).toEqual(times)
})

test('no elements are an empty array', async () => {
  for (const [type, array] of [
    ['uuid', uuidArray([])],
    ['int4', int4Array([])],
    ['text', textArray([])],
    ['timestamptz', timestampArray([])],
  ] as const) {
    expect(await read(type, array)).toEqual([])
  }
})

test.each([
  '',
  'x',
  '0190163d-8694-739b-aea5-966c26f8ad9',
  '0190163d-8694-739b-aea5-966c26f8ad910',
  'g190163d-8694-739b-aea5-966c26f8ad91',
  '0190163d-8694-739b-aea5-966c26f8ad9ж',
  '0190163d8694739baea5966c26f8ad91',
  '0190163d86-94-739b-aea5-966c26f8ad91',
  '0190163d08694-739b-aea5-966c26f8ad91',
])('%j is no UUID', (id) => {
  expect(() => uuidArray([id])).toThrow(RangeError)
})
