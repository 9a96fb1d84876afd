// What a key names, and that nobody else can be in its place.
import { v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actorsIn, groupOf } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createKeyedHash } from '../../security/keys.ts'
import type { Actor } from '../actor.ts'
import { createKeyIds } from './key-ids.ts'
import type { KeyIds } from './key-store.ts'
import { sendMessage } from './send-message.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const clock = { now: () => new Date() }
const within = (seconds: number) => new Date(Date.now() + seconds * 1000)

/** As another secret, or a server that was upgraded, makes them. */
const keyIds = (formerUntil: Date | null, secret = 'secret of a test'): KeyIds => {
  const { messages } = server.app.ports.storage.stores
  return createKeyIds({ key: createKeyedHash(secret, 'message-keys'), clock, messages, formerUntil })
}

const say = (
  actor: Actor,
  chat_id: string,
  given: { id?: string; idempotency_key?: string; keyIds?: KeyIds },
) => {
  const { keyIds: ids = server.app.ports.keyIds, ...input } = given
  return sendMessage({ ...server.app.ports, keyIds: ids }, actor, { chat_id, text: 'text', ...input })
}

describe('M10: the id that a key gives', () => {
  test('is a UUIDv8, the same for the same sender and key, another for any other and for another server', async () => {
    const ids = keyIds(null)
    const [ada, ben] = [{ userId: uuidv7() }, { userId: uuidv7() }]
    const id = await ids.idOf(ada, 'key')
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(await ids.idOf(ada, 'key')).toBe(id)
    const others = [ids.idOf(ada, 'key2'), ids.idOf(ben, 'key'), keyIds(null, 'another').idOf(ada, 'key')]
    expect(new Set([id, ...(await Promise.all(others))])).toHaveLength(4)
  })

  test('is taken by nobody who knows sender and key', async () => {
    const [ada, mallory] = await actorsIn(server, 'ada', 'mallory')
    const [hers, theirs] = [await groupOf(server, ada), await groupOf(server, mallory)]
    await say(mallory, theirs, { id: uuidv5('order-1', ada.userId) })
    const sent = await say(ada, hers, { idempotency_key: 'order-1' })
    expect(sent.created).toBe(true)
    expect(await say(ada, hers, { idempotency_key: 'order-1' })).toEqual({ ...sent, created: false })
  })
})

describe('M10: after an upgrade from ids that could be guessed', () => {
  test('what was sent before and is sent again is that message, for as long as is said', async () => {
    const [cleo] = await actorsIn(server, 'cleo')
    const chatId = await groupOf(server, cleo)
    const before = await say(cleo, chatId, { id: uuidv5('sent before', cleo.userId) })
    const again = { idempotency_key: 'sent before', keyIds: keyIds(within(60)) }
    expect(await say(cleo, chatId, again)).toEqual({ ...before, created: false })
    const late = await say(cleo, chatId, { ...again, keyIds: keyIds(within(-60)) })
    expect(late.created).toBe(true)
  })

  test('a stranger in its place is overlooked', async () => {
    const [dora, mallory] = await actorsIn(server, 'dora', 'mallory2')
    const [hers, theirs] = [await groupOf(server, dora), await groupOf(server, mallory)]
    await say(mallory, theirs, { id: uuidv5('new', dora.userId) })
    const given = { idempotency_key: 'new', keyIds: keyIds(within(60)) }
    const sent = await say(dora, hers, given)
    expect(sent.created).toBe(true)
    expect(await say(dora, hers, given)).toEqual({ ...sent, created: false })
  })
})
