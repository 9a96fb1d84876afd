// Uploads and downloads over HTTP, with the whole server: what browsers send, what they get, and what is refused.
import { readdir } from 'node:fs/promises'
import { limits, type Me, type Message } from '@parley/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FilePerson, formOf, settled } from '../../../test/file-people.ts'
import { bomb, html, picture, svg, turnedPhoto } from '../../../test/file-samples.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { oneLine } from '../../../test/picture-bombs.ts'

let server: TestServer
let ada: FilePerson

beforeAll(async () => {
  server = await startTestServer()
  ada = await FilePerson.arrive(server, 'ada')
})
afterAll(() => server.stop())

const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

/** Everything below the folder of the files. */
async function stored(): Promise<string[]> {
  const entries = await readdir(server.settings.filesFolder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}

describe('F1: an upload', () => {
  test('comes back byte for byte, under its name', async () => {
    const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256))
    const file = await ada.upload({ name: 'Отчёт за "май".bin', content })
    expect(file).toMatchObject({
      name: 'Отчёт за "май".bin',
      media_type: 'application/octet-stream',
      size: content.length,
      width: null,
      has_thumbnail: false,
    })
    const response = await ada.fetch(`/files/${file.id}`)
    expect(response.status).toBe(200)
    expect(await bytesOf(response)).toEqual(content)
    expect(response.headers.get('content-length')).toBe(String(content.length))
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="_____ __ _____.bin"; filename*=UTF-8''${encodeURIComponent('Отчёт за "май".bin')}`,
    )
  })

  test('of a picture is measured as it is shown, and has a thumbnail', async () => {
    const uploaded = await ada.upload({
      name: 'photo.jpg',
      content: await turnedPhoto({ width: 800, height: 1200 }),
    })
    const measured = { media_type: 'image/jpeg', width: 800, height: 1200 }
    expect(uploaded).toMatchObject(measured)
    const file = await settled(server, ada, uploaded)
    expect(file).toMatchObject({ ...measured, has_thumbnail: true })
    const thumbnail = await ada.fetch(`/files/${file.id}/thumbnail`)
    expect(thumbnail.headers.get('content-type')).toBe('image/webp')
    const { default: sharp } = await import('sharp')
    expect(await sharp(await bytesOf(thumbnail)).metadata()).toMatchObject({ width: 427, height: 640 })
  })

  test.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)(
    'of a picture is shown in place: %s',
    async (format) => {
      const content = await picture(format, { width: 20, height: 10 })
      const file = await settled(server, ada, await ada.upload({ name: 'x', content }))
      expect(file).toMatchObject({ media_type: `image/${format}`, width: 20, height: 10 })
      const { headers } = await ada.fetch(`/files/${file.id}`)
      expect(headers.get('content-type')).toBe(`image/${format}`)
      expect(headers.get('content-disposition')).toMatch(/^inline;/)
    },
  )

  test.each([
    ['bomb', bomb],
    ['line of 49 million pixels', async () => oneLine()],
    ['broken picture', async () => (await picture('png', { width: 500, height: 500 })).subarray(0, 60)],
  ])('of a %s is a file without dimensions', async (_, make) => {
    const uploaded = await ada.upload({ name: 'x.png', content: await make() })
    const file = await settled(server, ada, uploaded)
    expect(file).toMatchObject({ width: null, height: null, has_thumbnail: false })
    expect((await ada.fetch(`/files/${file.id}/thumbnail`)).status).toBe(404)
  })

  test.each([
    ['HTML that calls itself a picture', { name: 'cat.png', type: 'image/png', content: html }],
    ['an SVG', { name: 'cat.svg', type: 'image/svg+xml', content: svg }],
    [
      'an SVG with a head',
      { name: 'cat.svg', type: 'image/svg+xml', content: `<?xml version="1.0"?>${svg}` },
    ],
    ['a script', { name: 'x.js', type: 'text/javascript', content: 'alert(1)' }],
  ])('F4: of %s is offered for saving, and runs nowhere', async (_, part) => {
    const file = await ada.upload(part)
    expect(file.media_type).toMatch(/^(text\/plain|application\/xml)$/)
    const { headers } = await ada.fetch(`/files/${file.id}`)
    expect(headers.get('content-type')).toMatch(/^(text\/plain; charset=utf-8|application\/octet-stream)$/)
    expect(headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*; sandbox$/)
  })
})

describe('F5: a download', () => {
  const content = Buffer.from('0123456789')
  const path = async () => `/files/${(await ada.upload({ name: 'x', content })).id}`

  test('of a range is that part', async () => {
    const url = await path()
    for (const [range, part, told] of [
      ['bytes=2-5', '2345', 'bytes 2-5/10'],
      ['Bytes=0-3', '0123', 'bytes 0-3/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-4', '6789', 'bytes 6-9/10'],
      ['bytes=-99', '0123456789', 'bytes 0-9/10'],
      ['bytes=5-99', '56789', 'bytes 5-9/10'],
    ] as const) {
      const response = await ada.fetch(url, { headers: { range } })
      expect(response.status).toBe(206)
      expect(response.headers.get('content-range')).toBe(told)
      expect(await response.text()).toBe(part)
    }
  })

  test('of a range that there is not is refused, and says how much there is', async () => {
    const url = await path()
    for (const range of ['bytes=10-', 'bytes=-0', 'bytes=10-11,20-']) {
      const response = await ada.fetch(url, { headers: { range } })
      expect(response.status).toBe(416)
      expect(response.headers.get('content-range')).toBe('bytes */10')
      expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' })
    }
  })

  test('of what is no single range, or of another version, is the whole', async () => {
    const url = await path()
    for (const headers of [
      { range: 'bytes=0-1,4-5' },
      { range: 'lines=1-2' },
      { range: 'bytes=5-2' },
      { range: 'bytes=0-1', 'if-range': '"another"' },
    ]) {
      const response = await ada.fetch(url, { headers })
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('0123456789')
    }
  })

  test('that the client has already is not sent again', async () => {
    const url = await path()
    const etag = (await ada.fetch(url)).headers.get('etag') ?? ''
    for (const tag of [etag, `"x", W/${etag}`, '*']) {
      const response = await ada.fetch(url, { headers: { 'if-none-match': tag } })
      expect(response.status).toBe(304)
      expect(response.headers.get('etag')).toBe(etag)
    }
    expect((await ada.fetch(url, { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })

  test('by HEAD has the headers alone', async () => {
    const response = await ada.fetch(await path(), { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('10')
    expect(await response.text()).toBe('')
  })

  test('may be kept by the person alone, and is asked for again', async () => {
    expect((await ada.fetch(await path())).headers.get('cache-control')).toBe('private, no-cache')
  })
})

describe('F6: an avatar', () => {
  test('is a small square of the picture, without what the camera wrote, that everybody may get', async () => {
    const grace = await FilePerson.arrive(server, 'grace')
    const photo = await turnedPhoto({ width: 300, height: 500 })
    const answer = await ada.sendForm<{ user: Me }>(
      'PUT',
      '/users/me/avatar',
      formOf({ file: { content: photo } }),
    )
    expect(answer.status).toBe(200)
    const avatarId = answer.body.user.avatar_id
    const seen = await grace.ask<{ user: Me }>('GET', `/users/${ada.id}`)
    expect(seen.body.user.avatar_id).toBe(avatarId)
    const response = await grace.fetch(`/files/${avatarId}`)
    expect(response.headers.get('content-type')).toBe('image/webp')
    expect(response.headers.get('cache-control')).toBe('private, max-age=86400')
    const { default: sharp } = await import('sharp')
    const picture = await bytesOf(response)
    expect(await sharp(picture).metadata()).toMatchObject({ width: 256, height: 256, format: 'webp' })
    expect((await sharp(picture).metadata()).exif).toBeUndefined()
  })

  test('that is replaced or removed is gone', async () => {
    const set = async () => {
      const content = await picture('png', { width: 10, height: 10 })
      const form = formOf({ file: { content } })
      return (await ada.sendForm<{ user: Me }>('PUT', '/users/me/avatar', form)).body.user.avatar_id
    }
    const [first, second] = [await set(), await set()]
    expect((await ada.fetch(`/files/${first}`)).status).toBe(404)
    expect((await ada.fetch(`/files/${second}`)).status).toBe(200)
    const removed = await ada.ask<{ user: Me }>('DELETE', '/users/me/avatar')
    expect(removed).toMatchObject({ status: 200, body: { user: { avatar_id: null } } })
    expect((await ada.fetch(`/files/${second}`)).status).toBe(404)
    expect((await ada.ask('DELETE', '/users/me/avatar')).status).toBe(200)
    expect((await stored()).join()).not.toContain(String(first))
    expect((await stored()).join()).not.toContain(String(second))
  })

  test.each([
    ['a bomb', bomb],
    ['a broken picture', async () => (await picture('jpeg', { width: 99, height: 99 })).subarray(0, 200)],
    ['a text', async () => Buffer.from('not a picture')],
    ['an SVG', async () => Buffer.from(svg)],
  ])('that is %s is refused', async (_, make) => {
    const before = await stored()
    const answer = await ada.sendForm('PUT', '/users/me/avatar', formOf({ file: { content: await make() } }))
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_image' } })
    expect(await stored()).toEqual(before)
  })

  test('that is too large is refused', async () => {
    const content = new Uint8Array(limits.avatarBytes + 1)
    const answer = await ada.sendForm('PUT', '/users/me/avatar', formOf({ file: { content } }))
    expect(answer).toMatchObject({ status: 413, body: { code: 'file_too_large' } })
  })
})

describe('F3: files of a message', () => {
  test('are seen by members, and by nobody else', async () => {
    const [grace, stranger] = [await FilePerson.arrive(server), await FilePerson.arrive(server)]
    const chatId = await ada.groupWith(grace)
    const file = await ada.upload({ name: 'x.txt', content: 'x' })
    const status = async (person: FilePerson) => (await person.fetch(`/files/${file.id}`)).status
    expect([await status(ada), await status(grace), await status(stranger)]).toEqual([200, 404, 404])
    const message = await ada.send(chatId, { file_ids: [file.id] })
    expect(message).toMatchObject({ text: '', files: [file] })
    expect([await status(ada), await status(grace), await status(stranger)]).toEqual([200, 200, 404])
    await ada.ask('DELETE', `/chats/${chatId}/members/${grace.id}`)
    expect([await status(ada), await status(grace)]).toEqual([200, 404])
  })

  test('come with every way in which a message is told', async () => {
    const grace = await FilePerson.arrive(server)
    const chatId = await ada.groupWith(grace)
    const files = [await ada.upload({ content: 'one' }), await ada.upload({ content: 'two' })]
    const message = await ada.send(chatId, { text: 'both', file_ids: files.map((file) => file.id) })
    expect(message.files).toEqual(files)
    const page = await grace.ask<{ items: Message[] }>('GET', `/chats/${chatId}/messages`)
    expect(page.body.items.at(-1)).toEqual(message)
    const one = await grace.ask<{ message: Message }>('GET', `/messages/${message.id}`)
    expect(one.body.message).toEqual(message)
    const chat = await grace.ask<{ chat: { last_message: Message } }>('GET', `/chats/${chatId}`)
    expect(chat.body.chat.last_message).toEqual(message)
    const sync = await grace.ask<{ messages: Message[] }>('POST', '/sync', { chats: { [chatId]: 1 } })
    expect(sync.body.messages).toEqual([message])
    const edited = await ada.ask<{ message: Message }>('PATCH', `/messages/${message.id}`, {
      text: 'changed',
    })
    expect(edited.body.message.files).toEqual(files)
    const gone = await ada.ask<{ message: Message }>('DELETE', `/messages/${message.id}`)
    expect(gone.body.message).toMatchObject({ text: null, files: [] })
    expect((await grace.fetch(`/files/${files[0]?.id}`)).status).toBe(404)
  })

  test('without a text are enough, and nothing is not', async () => {
    const chatId = await ada.groupWith()
    for (const body of [{}, { text: '' }, { file_ids: [] }, { text: ' ' }]) {
      const answer = await ada.ask('POST', `/chats/${chatId}/messages`, body)
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    }
  })

  test('must be one’s own, there, few, and each once', async () => {
    const grace = await FilePerson.arrive(server)
    const chatId = await ada.groupWith(grace)
    const [own, foreign] = [await ada.upload({ content: 'x' }), await grace.upload({ content: 'x' })]
    const send = (file_ids: readonly string[]) =>
      ada.ask('POST', `/chats/${chatId}/messages`, { text: 'x', file_ids })
    for (const id of [foreign.id, crypto.randomUUID()]) {
      expect(await send([own.id, id])).toMatchObject({ status: 422, body: { code: 'invalid_files' } })
    }
    const many = Array.from({ length: limits.filesPerMessage + 1 }, () => crypto.randomUUID())
    for (const ids of [[own.id, own.id], many]) {
      expect(await send(ids)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    }
    const page = await ada.ask<{ items: Message[] }>('GET', `/chats/${chatId}/messages`)
    expect(page.body.items).toEqual([])
  })
})
