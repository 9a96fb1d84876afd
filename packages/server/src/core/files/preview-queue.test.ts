// Small pictures that are made after the answer, with the whole server: who waits for whom, what is told, and what a restart leaves.
import type { File, Id, ServerEvent } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FilePerson, settled } from '../../../test/file-people.ts'
import { picture } from '../../../test/file-samples.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { deferred } from '../../realtime/test/fakes.ts'
import { createFairQueue } from '../fair-queue.ts'
import type { Ports } from '../ports.ts'
import type { Images } from './images.ts'
import { createPreviews } from './preview-queue.ts'
import type { Previews } from './previews.ts'
import { releaseFiles } from './release-files.ts'
import { uploadFile } from './upload-file.ts'

let server: TestServer
let ada: FilePerson
let grace: FilePerson
let chatId: Id

beforeAll(async () => {
  server = await startTestServer()
  ada = await FilePerson.arrive(server, 'ada')
  grace = await FilePerson.arrive(server, 'grace')
  chatId = await ada.groupWith(grace)
})
afterAll(() => server.stop())

/** The server's ports with pictures that are read when the test lets them. */
function slowly() {
  const { ports } = server.app
  const queue = createFairQueue({ width: 1, waiting: 100 })
  const began: Id[] = []
  const gates: ReturnType<typeof deferred<'read' | 'broken' | 'away'>>[] = []
  const images: Images = {
    preview: (ownerId, open) =>
      queue.run(ownerId, async () => {
        ;(await open()).stream.destroy()
        const gate = deferred<'read' | 'broken' | 'away'>()
        began.push(ownerId)
        gates.push(gate)
        const outcome = await gate.promise
        if (outcome === 'away') throw new Error('pictures cannot be read now')
        return outcome === 'broken'
          ? null
          : { dimensions: { width: 9, height: 9 }, thumbnail: Buffer.from('small') }
      }),
    avatar: () => Promise.reject(new Error('no avatar is wanted')),
    close: () => {},
  }
  const previews: Previews = createPreviews({ ...ports, images })
  const own: Ports = { ...ports, images, previews }
  return {
    ports: own,
    previews,
    began,
    /** Lets the picture that is being read be done, once there is one. */
    async finish(outcome: 'read' | 'broken' | 'away' = 'read'): Promise<void> {
      await expect.poll(() => gates.length).toBeGreaterThan(0)
      gates.shift()?.resolve(outcome)
    },
    async upload(person: FilePerson): Promise<File> {
      const bytes = await picture('png', { width: 9, height: 9 })
      async function* content() {
        yield bytes
      }
      const actor = { userId: person.id, sessionId: uuidv7() }
      return uploadFile(own, actor, { name: 'x.png', announced: null, content: content() })
    },
  }
}

/** What is told in the chat while the work runs. */
async function hearing(work: () => Promise<void>): Promise<ServerEvent[]> {
  const { bus } = server.app.ports
  const events: ServerEvent[] = []
  await bus.setInterest(`chat.${chatId}`, true)
  const end = bus.subscribe((envelopes) => void events.push(...envelopes.map(({ event }) => event)))
  await work().finally(end)
  return events
}

const known = async (file: File, owner = ada) =>
  (await server.app.ports.storage.stores.files.findFor(file.id, owner.id))?.file

describe('F11: a picture', () => {
  test('is answered with the size that its header says, before it is read', async () => {
    const { upload, finish, previews } = slowly()
    const file = await upload(ada)
    expect(file).toMatchObject({ width: 9, height: 9, has_thumbnail: false })
    expect((await ada.fetch(`/files/${file.id}/thumbnail`)).status).toBe(404)
    await finish()
    expect(await settled(server, ada, file)).toEqual({ ...file, has_thumbnail: true })
    expect(await (await ada.fetch(`/files/${file.id}/thumbnail`)).text()).toBe('small')
    await previews.stop()
  })

  test('that is sent before it was read is told again then, once, and is not edited', async () => {
    const { upload, finish, previews } = slowly()
    const file = await upload(ada)
    const sent = await ada.send(chatId, { text: 'look', file_ids: [file.id] })
    expect(sent.files).toEqual([file])
    const events = await hearing(async () => {
      await finish()
      await settled(server, ada, file)
    })
    const [event] = events
    if (event?.type !== 'message_updated') throw new Error('It is told')
    expect(events).toEqual([event])
    expect(event.message).toEqual({
      ...sent,
      version: event.version,
      files: [{ ...file, has_thumbnail: true }],
    })
    expect(event.version).toBeGreaterThan(sent.version)
    await previews.stop()
  })

  test('that is sent after it was read is told with its message alone', async () => {
    const { upload, finish, previews } = slowly()
    const file = await upload(ada)
    await finish()
    const made = await settled(server, ada, file)
    const events = await hearing(async () => {
      await ada.send(chatId, { file_ids: [file.id] })
    })
    expect(events).toMatchObject([{ type: 'message_created', message: { files: [made] } }])
    await previews.stop()
  })

  test('is told in every chat in which it is, and in none in which it is no more', async () => {
    const { upload, finish, previews } = slowly()
    const file = await upload(ada)
    const other = await ada.groupWith(grace)
    const inBoth = [
      await ada.send(chatId, { file_ids: [file.id] }),
      await ada.send(other, { file_ids: [file.id] }),
    ]
    const gone = await ada.send(chatId, { file_ids: [file.id] })
    await ada.ask('DELETE', `/messages/${gone.id}`)
    await finish()
    await settled(server, ada, file)
    for (const message of inBoth) {
      const now = await server.app.ports.storage.stores.messages.find(message.id)
      expect(now?.files).toMatchObject([{ id: file.id, has_thumbnail: true }])
      expect(now?.version).toBeGreaterThan(message.version)
    }
    await previews.stop()
  })

  test('that turns out to be none is told to be a file like any other', async () => {
    const { upload, finish, previews } = slowly()
    const file = await upload(ada)
    const sent = await ada.send(chatId, { file_ids: [file.id] })
    await finish('broken')
    const none = { ...file, width: null, height: null }
    expect(await settled(server, ada, file)).toEqual(none)
    const now = await server.app.ports.storage.stores.messages.find(sent.id)
    expect(now?.files).toEqual([none])
    await previews.stop()
  })

  test('that is deleted while it is read leaves nothing', async () => {
    const { ports, upload, finish, previews, began } = slowly()
    const file = await upload(ada)
    await expect.poll(() => began).toHaveLength(1)
    await releaseFiles(ports, [file.id])
    await finish()
    await previews.stop()
    expect(await known(file)).toBeUndefined()
    expect(await ports.fileStore.open(file.id, 'thumbnail')).toBeNull()
  })
})

describe('F11: what waits', () => {
  test('does so in turn: somebody with twenty pictures is one picture ahead at most', async () => {
    const { upload, finish, previews, began } = slowly()
    for (let count = 0; count < 20; count += 1) await upload(ada)
    await expect.poll(() => began).toEqual([ada.id])
    const small = await upload(grace)
    for (let count = 0; count < 2; count += 1) await finish()
    await expect.poll(async () => (await known(small, grace))?.has_thumbnail).toBe(true)
    expect(began.slice(0, 2)).toEqual([ada.id, grace.id])
    for (let count = 0; count < 19; count += 1) await finish()
    await settled(server, grace, small)
    expect(began).toHaveLength(21)
    await previews.stop()
  })

  test('is found again after a restart, both the picture and what is to be told of it', async () => {
    const first = slowly()
    const [unread, untold] = [await first.upload(ada), await first.upload(grace)]
    const sent = await grace.send(chatId, { file_ids: [untold.id] })
    // As if the server had died between the two.
    await server.app.ports.storage.transaction(({ previews }) =>
      previews.settle(untold.id, { width: 99, height: 98 }),
    )
    const stopped = first.previews.stop()
    for (let count = 0; count < 2; count += 1) await first.finish('away')
    await stopped
    await server.restart()
    expect(await settled(server, ada, unread)).toMatchObject({ width: 9, height: 9, has_thumbnail: true })
    const now = await server.app.ports.storage.stores.messages.find(sent.id)
    expect(now?.files).toMatchObject([{ id: untold.id, width: 99, has_thumbnail: true }])
    expect(now?.version).toBeGreaterThan(sent.version)
  })

  test('and fails for no fault of the picture is left, the next one is read, and it is tried again later', async () => {
    const { upload, finish, previews, began } = slowly()
    const [first, second] = [await upload(ada), await upload(ada)]
    await finish('away')
    await finish()
    await expect.poll(async () => (await known(second))?.has_thumbnail).toBe(true)
    expect(await known(first)).toEqual(first)
    const begunAgain = async () => {
      await previews.resume()
      return began
    }
    await expect.poll(begunAgain).toHaveLength(3)
    await finish()
    expect(await settled(server, ada, first)).toMatchObject({ has_thumbnail: true })
    await previews.stop()
  })
})
