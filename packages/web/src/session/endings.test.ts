// K5: a session that ended here is told of to the server, at once or when that can be.
import { ConnectionError, ParleyError, type ParleyOptions } from '@parley/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deviceStorage } from './device-storage.ts'
import { Endings, endingKey, readEnding } from './endings.ts'

const ending = { userId: 'ana', sessionId: 'first' }
const refused = (code: 'unavailable' | 'rate_limited' | 'forbidden', retryable: boolean) =>
  new ParleyError({ code, detail: '', retryable })

let storage: Storage
let endings: Endings
let calls: { readonly options: ParleyOptions; readonly sessionId: string; readonly at: number }[]
let answer: () => Promise<void>
const began = Date.UTC(2026, 0, 1)

const fail = (error: unknown) => {
  answer = () => Promise.reject(error)
}
/** Seconds since the beginning at which the server was told. */
const times = () => calls.map(({ at }) => (at - began) / 1000)

beforeEach(() => {
  vi.useFakeTimers({ now: began })
  storage = deviceStorage(undefined)
  calls = []
  answer = async () => undefined
  const endSession = (options: ParleyOptions, sessionId: string) => {
    calls.push({ options, sessionId, at: Date.now() })
    return answer()
  }
  endings = new Endings({ endSession }, () => ({ url: 'https://one.example' }), storage)
})
afterEach(() => {
  vi.useRealTimers()
})

describe('K5: what is remembered of a session that ended here', () => {
  test('outlives the page, until it is forgotten', () => {
    expect(endings.pending).toBeUndefined()
    endings.remember(ending)
    expect(endings.pending).toEqual(ending)
    expect(readEnding(storage.getItem(endingKey))).toEqual(ending)
    endings.forget()
    expect([endings.pending, storage.getItem(endingKey)]).toEqual([undefined, null])
  })

  test.each([
    'no JSON',
    'null',
    '1',
    '[]',
    '{}',
    '{"userId":"ana"}',
    '{"userId":"ana","sessionId":1}',
    '{"userId":null,"sessionId":"first"}',
  ])('is nothing where something else stands: %s', (json) => {
    storage.setItem(endingKey, json)
    expect(endings.pending).toBeUndefined()
  })
})

describe('K5: the server', () => {
  test('is not asked for anything where nothing ended', async () => {
    await endings.tell()
    expect([calls, vi.getTimerCount()]).toEqual([[], 0])
  })

  test('is told which session of whom, by the cookie, and then it is forgotten', async () => {
    endings.remember(ending)
    await endings.tell()
    const options = { url: 'https://one.example', userId: 'ana', credentials: { kind: 'cookie' } }
    expect(calls).toEqual([{ options, sessionId: 'first', at: began }])
    expect(endings.pending).toBeUndefined()
    await endings.tell()
    expect([calls.length, vi.getTimerCount()]).toEqual([1, 0])
  })

  test('is told once by all who ask at the same time', async () => {
    endings.remember(ending)
    await Promise.all([endings.tell(), endings.tell()])
    expect(calls).toHaveLength(1)
  })

  test.each([
    ['no network', new ConnectionError('cut')],
    ['an answer that may pass', refused('unavailable', true)],
    ['a fault', new TypeError('x is not a function')],
  ])('is told again after pauses that grow to a minute, with %s', async (_, error) => {
    fail(error)
    endings.remember(ending)
    await endings.tell()
    await vi.advanceTimersByTimeAsync(210_000)
    expect(times()).toEqual([0, 3, 9, 21, 45, 93, 153])
    expect(endings.pending).toEqual(ending)
    answer = async () => undefined
    await vi.advanceTimersByTimeAsync(3_000)
    expect(times().at(-1)).toBe(213)
    expect([endings.pending, vi.getTimerCount()]).toEqual([undefined, 0])
  })

  test('is not asked again for what it refuses for good', async () => {
    fail(refused('forbidden', false))
    endings.remember(ending)
    await endings.tell()
    expect([calls.length, endings.pending, vi.getTimerCount()]).toEqual([1, undefined, 0])
  })

  test('is told at once when something hurries it, and not beside that once more', async () => {
    fail(new ConnectionError('cut'))
    endings.remember(ending)
    await endings.tell()
    await vi.advanceTimersByTimeAsync(1_000)
    await endings.tell()
    await vi.advanceTimersByTimeAsync(5_999)
    expect(times()).toEqual([0, 1])
    await vi.advanceTimersByTimeAsync(1)
    expect(times()).toEqual([0, 1, 7])
  })

  test('is left alone once it is forgotten, and the next one begins anew', async () => {
    fail(refused('rate_limited', true))
    endings.remember(ending)
    await endings.tell()
    await vi.advanceTimersByTimeAsync(3_000)
    endings.forget()
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(times()).toEqual([0, 3])
    endings.remember({ userId: 'ana', sessionId: 'second' })
    await endings.tell()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(times()).toEqual([0, 3, 63, 66])
  })

  test('is told of the session of another tab that ended meanwhile, which stays until then', async () => {
    endings.remember(ending)
    const { promise, resolve } = Promise.withResolvers<void>()
    answer = () => promise
    const telling = endings.tell()
    const second = { userId: 'ben', sessionId: 'second' }
    storage.setItem(endingKey, JSON.stringify(second))
    resolve()
    await telling
    expect(endings.pending).toEqual(second)
    await endings.tell()
    expect(calls.map(({ sessionId }) => sessionId)).toEqual(['first', 'second'])
    expect(endings.pending).toBeUndefined()
  })
})
