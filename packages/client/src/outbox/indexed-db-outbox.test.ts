// The outbox of browsers, and what older versions of the SDK left in it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Parley } from '../parley.ts'
import { BrowserDatabases } from '../testing/browser-databases.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { meId } from '../testing/fake-rest.ts'
import { FakeServer } from '../testing/fake-server.ts'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { describeOutboxStore } from '../testing/outbox-store-contract.ts'
import { until } from '../testing/until.ts'
import type { ParleyClient } from '../types.ts'
import { indexedDbOutbox } from './indexed-db-outbox.ts'

let databases: BrowserDatabases
beforeEach(() => {
  databases = new BrowserDatabases()
})
afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the outbox in IndexedDB', () => {
  describeOutboxStore(() => indexedDbOutbox('outbox'), true)
})

describe('K1 K4: what the first version of the SDK left in IndexedDB', () => {
  const [ana, ben] = [idOf(11), idOf(12)]
  let chat: ModelChat
  let server: FakeServer
  let clients: ParleyClient[]

  /** With the names of the wire, no kind, and no server: it knew one only. */
  const former = (number: number, senderId: string, more: object = {}) => ({
    ...{ id: idOf(number), chat_id: chat.id, sender_id: senderId, text: `left ${number}`, file_ids: [] },
    ...{ reply_to_id: null, created_at: number, failed: null, ...more },
  })
  const open = (userId = meId): ParleyClient => {
    const client = Parley.open({
      ...{ url: server.url, clock: new FakeClock(), outbox: indexedDbOutbox('outbox'), userId },
      credentials: { kind: 'bearer', accessToken: 'token 1' },
    })
    clients.push(client)
    return client
  }
  const texts = () => chat.messages.map(({ text }) => text)

  beforeEach(async () => {
    chat = new ModelChat(idOf(1), ana, [meId, ben])
    server = await FakeServer.start(chat)
    clients = []
  })
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await server.stop()
  })

  it('is sent once, in order and before what is new, and forgotten then', async () => {
    await databases.leave(
      'outbox',
      'entries',
      former(7, meId),
      former(5, meId, { reply_to_id: idOf(9), file_ids: [idOf(8)] }),
    )
    const client = open()
    await client.ready()
    await client.chats.handle(chat.id).send('new')
    expect(texts()).toEqual(['left 5', 'left 7', 'new'])
    expect(server.framesOf('send_message')).toMatchObject([
      { id: idOf(5), chat_id: chat.id, text: 'left 5', file_ids: [idOf(8)], reply_to_id: idOf(9) },
      { id: idOf(7), chat_id: chat.id, text: 'left 7', reply_to_id: null },
      { text: 'new' },
    ])
    await expect.poll(() => databases.stored('outbox', 'entries')).toEqual([])
    expect(client.unsent()).toEqual([])
  })

  it('shows without a network, and stays with its text where it was refused', async () => {
    const failed = { code: 'posting_restricted', detail: 'Only admins post' }
    await databases.leave('outbox', 'entries', former(5, meId, { failed }), former(6, meId))
    server.isRestCut = true
    server.token = 'another'
    const client = open()
    await until(() => client.unsent().length === 2)
    expect(client.replica.timeline(chat.id).items).toMatchObject([
      { state: 'failed', entry: { id: idOf(5), kind: 'message', text: 'left 5', failed } },
      { state: 'pending', entry: { id: idOf(6), kind: 'message', text: 'left 6' } },
    ])
  })

  it('is taken up by its account alone, and stays as it is when another sends, or logs out', async () => {
    const left = [former(5, ben), former(6, ben)]
    await databases.leave('outbox', 'entries', ...left)
    const other = open()
    await other.ready()
    await other.chats.handle(chat.id).send('of another')
    expect(other.unsent()).toEqual([])
    await other.logout()
    expect(texts()).toEqual(['of another'])
    expect(await databases.stored('outbox', 'entries')).toEqual(left)

    server.userId = ben
    const own = open(ben)
    await until(() => server.framesOf('send_message').length === 2)
    expect(own.unsent()).toMatchObject([{ id: idOf(5) }, { id: idOf(6) }])
  })

  it('that never was an entry is not taken for one', async () => {
    await databases.leave('outbox', 'entries', { id: idOf(5) })
    await expect(
      indexedDbOutbox('outbox').all({ origin: 'https://one.example', userId: meId }),
    ).rejects.toThrow('no entry')
    expect(await databases.stored('outbox', 'entries')).toEqual([{ id: idOf(5) }])
  })
})
