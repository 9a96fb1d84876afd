// Uploads that are refused, cut off, or slow, with the whole server: nothing of them is left, and the connection is fit for the next.
import { readdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FilePerson, formOf } from '../../test/file-people.ts'
import { startTestServer, type TestServer } from '../../test/harness.ts'

let server: TestServer
let ada: FilePerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await FilePerson.arrive(server, 'ada')
})
afterAll(() => server.stop())

/** Everything below the folder of the files. */
async function storedIn({ settings }: TestServer): Promise<string[]> {
  const entries = await readdir(settings.filesFolder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
const stored = () => storedIn(server)

describe('F2: what is refused, and leaves nothing behind:', () => {
  const file = { name: 'x.txt', content: 'text' }
  const refused = async (form: FormData) => {
    const before = await stored()
    const answer = await ada.sendForm('POST', '/files', form)
    expect(await stored()).toEqual(before)
    return answer
  }

  test.each([
    ['no part', formOf({})],
    ['a part of another name', formOf({ document: file })],
    ['a field in place of a file', formOf({ file: 'text' })],
    ['a second file', formOf({ file, other: file })],
    ['a field before the file', formOf({ note: 'x', file })],
    ['a field behind the file', formOf({ file, note: 'x' })],
    ['an empty file', formOf({ file: { name: 'x', content: '' } })],
    ['too long a name', formOf({ file: { name: 'x'.repeat(300), content: 'x' } })],
  ])('%s', async (_, form) => {
    const { status, body } = await refused(form)
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'invalid_request', errors: [{ path: '/file' }] })
  })

  test('a body that is no form', async () => {
    for (const type of ['application/json', 'application/octet-stream']) {
      const response = await ada.fetch('/files', {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': type },
      })
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ code: 'unsupported_media_type' })
    }
    const bare = await ada.fetch('/files', { method: 'POST' })
    expect(bare.status).toBe(415)
  })

  test('a form that is broken', async () => {
    for (const [type, body] of [
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=b', 'nothing of the kind'],
      [
        'multipart/form-data; boundary=b',
        '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\ncut',
      ],
    ] as const) {
      const before = await stored()
      const response = await ada.fetch('/files', { method: 'POST', body, headers: { 'content-type': type } })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_request' })
      expect(await stored()).toEqual(before)
    }
  })

  test('more than a file may have, whether it is announced or not', async () => {
    const large = { name: 'x', content: new Uint8Array(limits.fileBytes + 1) }
    const announced = await refused(formOf({ file: large }))
    expect(announced).toMatchObject({ status: 413, body: { code: 'file_too_large' } })
    const before = await stored()
    const response = await ada.fetch('/files', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: endless(limits.fileBytes + 1),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'file_too_large' })
    expect(await stored()).toEqual(before)
  })

  test('whatever a stranger sends, without reading it', async () => {
    const response = await fetch(`${server.url}/api/v1/files`, { method: 'POST', body: formOf({ file }) })
    expect(response.status).toBe(401)
  })

  test('an upload that breaks off', async () => {
    const before = await stored()
    const begun = Promise.withResolvers<void>()
    const outgoing = request(`${server.url}/api/v1/files`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ada.token}`,
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': 1_000_000,
      },
    })
    outgoing.on('error', () => begun.resolve())
    outgoing.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n')
    outgoing.write(Buffer.alloc(200_000))
    await expect.poll(async () => (await stored()).length).toBe(before.length + 1)
    outgoing.destroy()
    await expect.poll(() => stored()).toEqual(before)
  })
})

/** A form with one file of that size, in pieces. */
function endless(size: number): ReadableStream<Uint8Array> {
  let left = size
  return new ReadableStream({
    start: (controller) =>
      controller.enqueue(
        Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n'),
      ),
    pull(controller) {
      if (left <= 0) {
        controller.enqueue(Buffer.from('\r\n--b--\r\n'))
        controller.close()
        return
      }
      controller.enqueue(new Uint8Array(Math.min(left, 1 << 20)))
      left -= 1 << 20
    },
  })
}

const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="x"\r\n\r\n'
const end = '\r\n--b--\r\n'

/** Begins an upload of that many bytes on a connection that is kept. */
function begin(person: FilePerson, { url }: TestServer, length: number, agent: Agent) {
  const outgoing = request(`${url}/api/v1/files`, {
    method: 'POST',
    agent,
    headers: {
      authorization: `Bearer ${person.token}`,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': head.length + length + end.length,
    },
  })
  const answered = new Promise<number>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      incoming.resume()
      incoming.on('end', () => resolve(incoming.statusCode ?? 0))
    })
  })
  return { outgoing, answered }
}

describe('F2: an upload', () => {
  test('may take longer than other requests, as long as it moves', async () => {
    const patient = await startTestServer({ http: { timeouts: { headers: 200, request: 200, check: 20 } } })
    const agent = new Agent({ keepAlive: true })
    const slow = await FilePerson.arrive(patient)
    const { outgoing, answered } = begin(slow, patient, 12, agent)
    outgoing.write(head)
    for (let at = 0; at < 12; at += 1) {
      outgoing.write('x')
      // The time itself is what is tested: four times as much as others have.
      await new Promise((resolve) => setTimeout(resolve, 70))
    }
    outgoing.end(end)
    expect(await answered).toBe(201)
    agent.destroy()
    await patient.stop()
  })

  test('that is refused unread leaves the connection fit for the next request', async () => {
    const strict = await startTestServer({ rateLimits: 'on' })
    const eager = await FilePerson.arrive(strict)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const statuses: number[] = []
    for (let count = 0; count < 32; count += 1) {
      const content = Buffer.alloc(count < 30 ? 1 : 5_000_000)
      const { outgoing, answered } = begin(eager, strict, content.length, agent)
      outgoing.end(Buffer.concat([Buffer.from(head), content, Buffer.from(end)]))
      statuses.push(await answered)
    }
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 201))
    expect(statuses.slice(30)).toEqual([429, 429])
    agent.destroy()
    await strict.stop()
  })
})

/** What is answered, or that the connection was ended without an answer. */
async function ending(outgoing: ReturnType<typeof request>): Promise<{ status: number; code?: string }> {
  return new Promise((resolve) => {
    outgoing.on('error', () => resolve({ status: 0 }))
    outgoing.on('response', async (incoming) => {
      const body = JSON.parse(await text(incoming)) as { code?: string }
      resolve({ status: incoming.statusCode ?? 0, ...(body.code === undefined ? {} : { code: body.code }) })
    })
  })
}

/** A server that loses patience at once. */
const hasty = () => startTestServer({ http: { uploadTimes: { begin: 100, window: 100, rest: 100 } } })

describe('F14: an upload', () => {
  test('that does not begin, or comes too slowly, is ended, and its connection too', async () => {
    const server = await hasty()
    const person = await FilePerson.arrive(server)
    for (const beginning of ['', head, `${head}a little of it`]) {
      const agent = new Agent({ keepAlive: true })
      const { outgoing } = begin(person, server, 1_000_000, agent)
      const ended = ending(outgoing)
      const closed = new Promise<void>((resolve) => outgoing.on('close', () => resolve()))
      outgoing.flushHeaders()
      if (beginning !== '') outgoing.write(beginning)
      expect(await ended).toEqual({ status: 408, code: 'upload_too_slow' })
      await closed
      agent.destroy()
    }
    await expect.poll(() => storedIn(server)).toEqual([])
    await server.stop()
  })

  test('that was refused is not waited for without end', async () => {
    const server = await hasty()
    const person = await FilePerson.arrive(server)
    const agent = new Agent({ keepAlive: true })
    const { outgoing } = begin(person, server, limits.fileBytes + 1_000_000, agent)
    const ended = ending(outgoing)
    const socket = new Promise<Socket>((resolve) => outgoing.on('socket', resolve))
    outgoing.flushHeaders()
    expect(await ended).toEqual({ status: 413, code: 'file_too_large' })
    await expect.poll(async () => (await socket).destroyed).toBe(true)
    agent.destroy()
    await server.stop()
  })

  test('is one of four of a person, others are as free as before, and so is the person when one has ended', async () => {
    const limited = await startTestServer({ rateLimits: 'on' })
    const [ada, other] = [await FilePerson.arrive(limited), await FilePerson.arrive(limited)]
    const agent = new Agent({ keepAlive: true })
    const four = Array.from({ length: limits.uploadsAtOnce }, () => begin(ada, limited, 3, agent))
    await Promise.all(
      four.map(({ outgoing }) => new Promise<void>((resolve) => void outgoing.write(head, () => resolve()))),
    )
    // What was sent before is begun when this is answered: a fifth that came before the fourth would be one of the four.
    for (let round = 0; round < 3; round += 1) await ada.ask('GET', '/users/me')
    const fifth = await ada.sendForm('POST', '/files', formOf({ file: { content: 'x' } }))
    expect(fifth).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } })
    expect(fifth.headers.get('retry-after')).toBe('5')
    expect((await other.upload({ content: 'x' })).size).toBe(1)
    for (const { outgoing, answered } of four) {
      outgoing.end(`abc${end}`)
      expect(await answered).toBe(201)
    }
    expect((await ada.upload({ content: 'x' })).size).toBe(1)
    agent.destroy()
    await limited.stop()
  })
})

describe('F12 F13: an upload for which there is no room', () => {
  test('is refused before it is read and while it comes, and leaves nothing; messages go on', async () => {
    let free = 10_000_000
    const small = await startTestServer({
      fileRules: { quota: 3_000_000, keptFree: 8_000_000 },
      freeSpace: async () => free,
    })
    const person = await FilePerson.arrive(small)
    const upload = (size: number) =>
      person.sendForm('POST', '/files', formOf({ file: { content: new Uint8Array(size) } }))
    expect(await upload(1_900_000)).toMatchObject({ status: 201 })
    expect(await upload(1_900_000)).toMatchObject({
      status: 413,
      body: { code: 'quota_exceeded', retryable: false },
    })
    const chunked = await person.fetch('/files', {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: endless(2_000_000),
      duplex: 'half',
    } as RequestInit)
    expect([chunked.status, await chunked.json()]).toMatchObject([413, { code: 'quota_exceeded' }])
    free = 8_000_100
    const full = await upload(1000)
    expect(full).toMatchObject({ status: 507, body: { code: 'storage_full', retryable: true } })
    expect(full.headers.get('retry-after')).toBe('300')
    const chatId = await person.groupWith()
    expect(await person.send(chatId, { text: 'still here' })).toMatchObject({ text: 'still here' })
    expect(await storedIn(small)).toHaveLength(1)
    free = 20_000_000
    expect(await upload(1000)).toMatchObject({ status: 201 })
    await small.stop()
  })

  test('when it is one of many that come together: no more pass than there is room for', async () => {
    const small = await startTestServer({
      fileRules: { quota: null, keptFree: 0 },
      freeSpace: async () => 2_500_000,
    })
    const people = await Promise.all(Array.from({ length: 6 }, () => FilePerson.arrive(small)))
    const agent = new Agent({ keepAlive: true })
    const begun = people.map((person) => begin(person, small, 1_000_000, agent))
    for (const { outgoing } of begun) outgoing.write(`${head}x`)
    const answers = new Map<number, number>()
    for (const [at, { answered }] of begun.entries()) void answered.then((status) => answers.set(at, status))
    // Before one of the two ends, whose room would be free for a third.
    await expect.poll(() => [...answers.values()]).toEqual([507, 507, 507, 507])
    expect(await storedIn(small)).toHaveLength(2)
    for (const [at, { outgoing }] of begun.entries()) {
      if (!answers.has(at)) outgoing.end(Buffer.concat([Buffer.alloc(999_999), Buffer.from(end)]))
    }
    const statuses = await Promise.all(begun.map(({ answered }, at) => answers.get(at) ?? answered))
    expect(statuses.toSorted()).toEqual([201, 201, 507, 507, 507, 507])
    agent.destroy()
    await small.stop()
  })
})
