// Files and avatars through the SDK, against the real server.

import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { limits } from '@parley/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { picture } from '../../server/test/file-samples.ts'
import { startTestServer, type TestServer } from '../../server/test/harness.ts'
import { memoryOutbox } from './outbox/memory-outbox.ts'
import { Parley } from './parley.ts'
import { until } from './testing/until.ts'
import type { OutboxStore } from './types.ts'

let server: TestServer
let count = 0
const clients: Parley[] = []

beforeAll(async () => {
  server = await startTestServer()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})
afterAll(() => server.stop())

interface Arrived {
  readonly client: Parley
  readonly accessToken: string
}

async function arrive(outbox: OutboxStore = memoryOutbox()): Promise<Arrived> {
  count += 1
  let accessToken = ''
  const client = await Parley.register(
    { url: `${server.url}/`, outbox, onTokens: (tokens) => (accessToken = tokens.accessToken) },
    { username: `person.${count}`, password: 'correct horse battery' },
  )
  clients.push(client)
  return { client, accessToken }
}

const contentOf = async (url: string, accessToken: string): Promise<string> => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  return response.ok ? response.text() : String(response.status)
}

describe('a file', () => {
  test('is uploaded, sent, seen by the other, and fetched from its address', async () => {
    const [ada, grace] = [await arrive(), await arrive()]
    const file = await ada.client.uploadFile(new Blob(['Привет']), 'письмо.txt')
    expect(file).toMatchObject({ name: 'письмо.txt', media_type: 'text/plain', size: 12 })
    const chat = await ada.client.chats.direct(grace.client.me?.id ?? '')
    const message = await chat.send('', { fileIds: [file.id] })
    expect(message).toMatchObject({ text: '', files: [file] })
    await until(() => grace.client.replica.chat(chat.id)?.last_message?.id === message.id)
    expect(grace.client.replica.chat(chat.id)?.last_message?.files).toEqual([file])
    expect(await contentOf(grace.client.fileUrl(file.id), grace.accessToken)).toBe('Привет')
  })

  test('on disk is uploaded from there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-sdk-'))
    await writeFile(join(folder, 'x'), 'x'.repeat(100_000))
    const { client } = await arrive()
    const file = await client.uploadFile(await openAsBlob(join(folder, 'x')), 'x')
    expect(file.size).toBe(100_000)
    await rm(folder, { recursive: true })
  })

  test('of a picture has a small one at its own address', async () => {
    const { client, accessToken } = await arrive()
    const chat = await client.chats.createGroup({ title: 'group', memberIds: [] })
    const file = await client.uploadFile(new Blob([await picture('png', { width: 9, height: 9 })]), 'x.png')
    expect(file).toMatchObject({ width: 9, height: 9 })
    await chat.send('', { fileIds: [file.id] })
    // It is made after the upload was answered, and told with the message.
    await until(() => client.replica.chat(chat.id)?.last_message?.files[0]?.has_thumbnail === true)
    expect(client.replica.chat(chat.id)?.last_message?.edited_at).toBeNull()
    expect(await contentOf(client.thumbnailUrl(file.id), accessToken)).toMatch(/^RIFF/)
  })

  test('that is refused says why', async () => {
    const { client } = await arrive()
    const large = new Blob([new Uint8Array(limits.fileBytes + 1)])
    await expect(client.uploadFile(large, 'x')).rejects.toMatchObject({ code: 'file_too_large', status: 413 })
    await expect(client.uploadFile(new Blob([]), 'x')).rejects.toMatchObject({ code: 'invalid_request' })
  })

  test('waits in the outbox with its message, for a client that comes later', async () => {
    const ada = await arrive()
    const file = await ada.client.uploadFile(new Blob(['x']), 'x')
    const chat = await ada.client.chats.createGroup({ title: 'group', memberIds: [] })
    const kept = memoryOutbox()
    await kept.put({
      ...{
        kind: 'message',
        id: crypto.randomUUID(),
        chatId: chat.id,
        senderId: ada.client.me?.id ?? '',
        text: 'look',
      },
      ...{ fileIds: [file.id], replyToId: null, createdAt: 1, failed: null },
    })
    const later = await Parley.connect({
      url: server.url,
      outbox: kept,
      credentials: { kind: 'bearer', accessToken: ada.accessToken },
    })
    clients.push(later)
    await until(() => later.replica.chat(chat.id)?.last_message?.text === 'look')
    expect(later.replica.chat(chat.id)?.last_message?.files).toEqual([file])
    await expect.poll(() => kept.all({ origin: server.url, userId: ada.client.userId ?? '' })).toEqual([])
  })
})

describe('an avatar', () => {
  test('is shown to the others as soon as it is set, and no more when it is removed', async () => {
    const [ada, grace] = [await arrive(), await arrive()]
    const adaId = ada.client.me?.id ?? ''
    await ada.client.chats.direct(grace.client.me?.id ?? '')
    const me = await ada.client.setAvatar(new Blob([await picture('jpeg', { width: 99, height: 50 })]))
    expect(me.avatar_id).not.toBeNull()
    expect(ada.client.me).toEqual(me)
    await until(() => grace.client.replica.user(adaId)?.avatar_id === me.avatar_id)
    expect(await contentOf(grace.client.fileUrl(me.avatar_id ?? ''), grace.accessToken)).toMatch(/^RIFF/)
    await ada.client.call('removeAvatar')
    expect(ada.client.me?.avatar_id).toBeNull()
    await until(() => grace.client.replica.user(adaId)?.avatar_id === null)
  })
})
