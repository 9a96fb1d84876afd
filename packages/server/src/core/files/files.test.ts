// Files from the upload to the end of the last thing that used them, with the whole server.
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Id, ServerEvent } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FilePerson, formOf, settled } from '../../../test/file-people.ts'
import { picture } from '../../../test/file-samples.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import type { Actor } from '../actor.ts'
import { deleteChat } from '../chats/delete-chat.ts'
import { editMessage } from '../messages/edit-message.ts'
import { sendMessage } from '../messages/send-message.ts'
import type { Ports } from '../ports.ts'
import { attachFile } from './attach-file.ts'
import { sweepFiles } from './sweep-files.ts'

let server: TestServer
let ports: Ports
let ada: FilePerson
let grace: FilePerson
let chatId: Id

beforeAll(async () => {
  server = await startTestServer()
  ports = server.app.ports
  ada = await FilePerson.arrive(server, 'ada')
  grace = await FilePerson.arrive(server, 'grace')
  chatId = await ada.groupWith(grace)
})
afterAll(() => server.stop())

const actorOf = (person: FilePerson): Actor => ({ userId: person.id, sessionId: uuidv7() })

/** Ids of all content that is kept. */
async function kept(): Promise<Set<string>> {
  const names = await readdir(server.settings.filesFolder, { recursive: true })
  return new Set(names.flatMap((name) => /([0-9a-f-]{36})\.(?:original|thumbnail)$/.exec(name)?.[1] ?? []))
}

/** What is told while the work runs. */
async function hearing<T>(work: () => Promise<T>): Promise<{ events: ServerEvent[]; result: T }> {
  const events: ServerEvent[] = []
  await ports.bus.setInterest(`chat.${chatId}`, true)
  const end = ports.bus.subscribe((envelopes) => void events.push(...envelopes.map(({ event }) => event)))
  try {
    return { result: await work(), events }
  } finally {
    end()
  }
}

/** The ports at a later time. */
const later = (milliseconds: number): Ports => ({
  ...ports,
  clock: { now: () => new Date(Date.now() + milliseconds) },
})
const day = 24 * 60 * 60 * 1000

const upload = (content: string | Uint8Array = 'x', name = 'x.txt') => ada.upload({ name, content })
const photo = async () =>
  settled(server, ada, await upload(await picture('png', { width: 9, height: 9 }), 'x.png'))

describe('F3: sending', () => {
  test('tells the others of the message together with its files', async () => {
    const file = await photo()
    const { events, result } = await hearing(() => ada.send(chatId, { file_ids: [file.id] }))
    expect(events).toEqual([
      { type: 'message_created', chat_id: chatId, version: result.version, message: result },
    ])
    expect(result.files).toEqual([file])
  })

  test('I2: the same id again gives the stored message with its files, and tells nobody', async () => {
    const file = await photo()
    const body = { id: uuidv7(), file_ids: [file.id] }
    const first = await ada.send(chatId, body)
    const { events, result } = await hearing(() =>
      Promise.all([ada.send(chatId, body), ada.send(chatId, body)]),
    )
    expect(result).toEqual([first, first])
    expect(events).toEqual([])
  })

  test('W6: sends with and without files keep their order', async () => {
    const file = await upload()
    const sends = Array.from({ length: 30 }, (_, index) =>
      sendMessage(ports, actorOf(ada), {
        chat_id: chatId,
        text: `number ${index}`,
        ...(index % 3 === 0 ? { file_ids: [file.id] } : {}),
      }),
    )
    const seqs = (await Promise.all(sends)).map(({ message }) => message.seq)
    const [first = 0] = seqs
    expect(seqs).toEqual(seqs.map((_, index) => first + index))
  })

  test('a text may be added to files alone later, and the files stay', async () => {
    const file = await upload()
    const message = await ada.send(chatId, { file_ids: [file.id] })
    const edited = await editMessage(ports, actorOf(ada), message.id, 'a caption')
    expect(edited).toMatchObject({ text: 'a caption', files: [file] })
  })
})

describe('F7: attaching', () => {
  test('adds an own file to an own message, and tells it once', async () => {
    const message = await ada.send(chatId, { text: 'look' })
    const file = await photo()
    const { events, result } = await hearing(() => attachFile(ports, actorOf(ada), message.id, file.id))
    expect(result).toMatchObject({ text: 'look', files: [file], edited_at: null })
    expect(result.version).toBeGreaterThan(message.version)
    expect(events).toEqual([
      { type: 'message_updated', chat_id: chatId, version: result.version, message: result },
    ])
    const again = await hearing(() => attachFile(ports, actorOf(ada), message.id, file.id))
    expect(again).toEqual({ events: [], result })
    expect((await grace.fetch(`/files/${file.id}`)).status).toBe(200)
  })

  test('is for one’s own message, own file, and up to a limit', async () => {
    const message = await ada.send(chatId, { text: 'look' })
    const [own, foreign] = [await upload(), await grace.upload({ content: 'x' })]
    const attach = (person: FilePerson, fileId: Id) => attachFile(ports, actorOf(person), message.id, fileId)
    await expect(attach(grace, foreign.id)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attach(ada, foreign.id)).rejects.toMatchObject({ code: 'invalid_files' })
    await expect(attach(ada, uuidv7())).rejects.toMatchObject({ code: 'invalid_files' })
    const stranger = await FilePerson.arrive(server)
    await expect(attach(stranger, own.id)).rejects.toMatchObject({ code: 'not_found' })
    for (let count = 0; count < 10; count += 1) await attach(ada, (await upload()).id)
    await expect(attach(ada, own.id)).rejects.toMatchObject({ code: 'too_many_files' })
    await ada.ask('DELETE', `/messages/${message.id}`)
    await expect(attach(ada, own.id)).rejects.toMatchObject({ code: 'deleted' })
  })
})

describe('F8: when a message is deleted', () => {
  test('its files are, with all that was made of them', async () => {
    const [file, other] = [await photo(), await photo()]
    const message = await ada.send(chatId, { file_ids: [file.id] })
    expect((await kept()).has(file.id)).toBe(true)
    await ada.ask('DELETE', `/messages/${message.id}`)
    expect((await kept()).has(file.id)).toBe(false)
    expect((await ada.fetch(`/files/${file.id}`)).status).toBe(404)
    expect((await kept()).has(other.id)).toBe(true)
  })

  test('files that something else uses stay', async () => {
    const file = await photo()
    const [first, second] = [
      await ada.send(chatId, { file_ids: [file.id] }),
      await ada.send(chatId, { file_ids: [file.id] }),
    ]
    await ada.ask('DELETE', `/messages/${first.id}`)
    expect((await grace.fetch(`/files/${file.id}`)).status).toBe(200)
    await ada.ask('DELETE', `/messages/${second.id}`)
    expect((await kept()).has(file.id)).toBe(false)
  })

  test('an avatar that was sent too stays an avatar', async () => {
    const content = await picture('png', { width: 9, height: 9 })
    const form = formOf({ file: { content } })
    const answer = await ada.sendForm<{ user: { avatar_id: Id } }>('PUT', '/users/me/avatar', form)
    const { avatar_id: avatarId } = answer.body.user
    const message = await ada.send(chatId, { file_ids: [avatarId] })
    await ada.ask('DELETE', `/messages/${message.id}`)
    expect((await grace.fetch(`/files/${avatarId}`)).status).toBe(200)
  })

  test('or its chat, the files go', async () => {
    const gone = await ada.groupWith(grace)
    const file = await photo()
    await ada.send(gone, { file_ids: [file.id] })
    await deleteChat(ports, actorOf(ada), gone)
    expect((await kept()).has(file.id)).toBe(false)
    expect((await grace.fetch(`/files/${file.id}`)).status).toBe(404)
  })
})

describe('F9: the sweep', () => {
  test('deletes what was uploaded a day ago and not sent, and nothing else', async () => {
    const [unsent, sent] = [await photo(), await photo()]
    await ada.send(chatId, { file_ids: [sent.id] })
    expect(await sweepFiles(later(day - 60_000))).toMatchObject({ unused: 0 })
    expect((await kept()).has(unsent.id)).toBe(true)
    expect((await sweepFiles(later(day + 60_000))).unused).toBeGreaterThan(0)
    expect((await kept()).has(unsent.id)).toBe(false)
    expect((await grace.fetch(`/files/${sent.id}`)).status).toBe(200)
    expect((await sweepFiles(later(day + 60_000))).unused).toBe(0)
  })

  test('deletes content that nobody knows, once it is old', async () => {
    const space = join(server.settings.filesFolder, await ports.storage.stores.files.space())
    const [old, young] = [uuidv7(), uuidv7()]
    for (const id of [old, young]) {
      await mkdir(join(space, id.slice(-2)), { recursive: true })
      await writeFile(join(space, id.slice(-2), `${id}.original`), 'what a crash left')
    }
    const before = new Date(Date.now() - day - 60_000)
    await utimes(join(space, old.slice(-2), `${old}.original`), before, before)
    expect(await sweepFiles(ports)).toEqual({ unused: 0, orphans: 1 })
    expect([(await kept()).has(old), (await kept()).has(young)]).toEqual([false, true])
  })

  test('leaves alone what another database keeps in the same folder', async () => {
    const id = uuidv7()
    const folder = join(server.settings.filesFolder, uuidv7(), id.slice(-2))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${id}.original`), 'of another')
    await sweepFiles(later(2 * day))
    expect((await kept()).has(id)).toBe(true)
  })

  test('stops when it is told to', async () => {
    const unsent = await upload()
    expect(await sweepFiles(later(2 * day), AbortSignal.abort())).toEqual({ unused: 0, orphans: 0 })
    expect((await kept()).has(unsent.id)).toBe(true)
  })
})

test('an upload whose row cannot be written leaves nothing', async () => {
  const before = await kept()
  const { stores } = ports.storage
  const failing = {
    ...ports,
    storage: {
      ...ports.storage,
      stores: {
        ...stores,
        files: {
          ...stores.files,
          insert: async () => {
            throw new Error('the database is away')
          },
        },
      },
    },
  }
  const { uploadFile } = await import('./upload-file.ts')
  async function* content() {
    yield await picture('png', { width: 9, height: 9 })
  }
  await expect(
    uploadFile(failing, actorOf(ada), { name: 'x', announced: null, content: content() }),
  ).rejects.toThrow('away')
  expect(await kept()).toEqual(before)
})
