// Uploads that are refused, cut off, or slow, with the whole server: nothing of them is left, and the connection is fit for the next.
import { readdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
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
async function stored(): Promise<string[]> {
  const entries = await readdir(server.settings.filesFolder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

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
    await vi.waitFor(async () => expect((await stored()).length).toBe(before.length + 1))
    outgoing.destroy()
    await vi.waitFor(async () => expect(await stored()).toEqual(before))
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

describe('F2: an upload', () => {
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
