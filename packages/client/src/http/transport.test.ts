// What an exchange rejects with: the network is the network, and a fault is itself.
import { describe, expect, it } from 'vitest'
import { ConnectionError, ParleyError } from '../errors.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { createTransport, type Exchange } from './transport.ts'

const get: Exchange = { method: 'GET', path: '/', credentials: 'omit' }
const over = (fetch: typeof globalThis.fetch | undefined, clock = new FakeClock()) =>
  createTransport({ origin: 'http://127.0.0.1:9', fetch, clock })
const failing = (error: unknown) => over(() => Promise.reject(error))
const abortError = () => Object.assign(new Error('aborted'), { name: 'AbortError' })

describe('no answer', () => {
  it('is a connection error that names its cause', async () => {
    const failed = over(undefined)(get)
    await expect(failed).rejects.toBeInstanceOf(ConnectionError)
    await expect(failed).rejects.toMatchObject({ cause: expect.any(TypeError) })
  })

  it.each([
    ...['fetch failed', 'Failed to fetch', 'Load failed', 'terminated'],
    'NetworkError when attempting to fetch resource.',
  ])("is known by the words of the platform's fetch, which an application may wrap: %s", async (words) => {
    await expect(failing(new TypeError(words))(get)).rejects.toBeInstanceOf(ConnectionError)
  })

  it('in time is one that says so', async () => {
    const clock = new FakeClock()
    const waiting: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(abortError()), { once: true }),
      )
    const answer = over(waiting, clock)({ ...get, patience: 1000 })
    clock.advance(1000)
    await expect(answer).rejects.toThrow('No answer in time')
    await expect(answer).rejects.toBeInstanceOf(ConnectionError)
  })

  it('but that of another server is an error of the status', async () => {
    const answering = over(async () => new Response('<html>', { status: 502 }))
    await expect(answering(get)).rejects.toBeInstanceOf(ParleyError)
    await expect(answering(get)).rejects.toMatchObject({ code: 'unavailable', status: 502, retryable: true })
  })
})

describe('a fault', () => {
  it.each([
    new TypeError("Cannot read properties of undefined (reading 'token')"),
    new RangeError('Invalid array length'),
    new ReferenceError('x is not defined'),
    new Error('whatever'),
  ])("in an application's fetch stays what it is: %s", async (fault) => {
    await expect(failing(fault)(get)).rejects.toBe(fault)
  })

  it('thrown by it at once stays what it is, too', async () => {
    const fault = new TypeError('headers.entries is not a function')
    const throwing = over(() => {
      throw fault
    })
    await expect(throwing(get)).rejects.toBe(fault)
  })

  it('in the body or the headers is no failure of the network', async () => {
    const transport = over(undefined)
    await expect(transport({ ...get, method: 'POST', body: { n: 1n } })).rejects.toThrow(TypeError)
    await expect(transport({ ...get, headers: { authorization: 'Bearer a\nb' } })).rejects.toThrow(TypeError)
  })
})
