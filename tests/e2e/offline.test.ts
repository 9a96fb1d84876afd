// A line that breaks: what was written meanwhile arrives, once and in order.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Network } from './network.ts'
import { type Account, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let network: Network
let anna: Account
let boris: Account

beforeAll(async () => {
  stage = await Stage.open()
  network = await Network.to(stage.server.url)
  ;[anna, boris] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
  await anna.client.chats.direct(boris.client.me?.id ?? '')
})

beforeEach(() => network.cut('nothing'))

afterAll(async () => {
  await network?.close()
  await stage?.close()
})

test('after a cut line both see the same messages in the same order, each once and none left pending', async () => {
  const near = await stage.inMessenger(boris)
  const far = await stage.inMessenger(anna, { through: network.url })
  await Promise.all([near.openChat('Anna'), far.openChat('Boris')])
  await far.say('before')
  await near.reads(['before'])
  // The mark goes out a moment after the message was seen: the line is cut when it has arrived.
  await far.seesStates({ before: 'read' })

  network.cut('everything')
  const written = ['offline 1', 'offline 2', 'offline 3']
  for (const text of written) await far.say(text)
  await far.seesStates({
    before: 'read',
    'offline 1': 'pending',
    'offline 2': 'pending',
    'offline 3': 'pending',
  })
  await near.say('meanwhile 1')
  await near.say('meanwhile 2')
  await near.seesStates({ before: 'sent', 'meanwhile 1': 'sent', 'meanwhile 2': 'sent' })
  await far.page.locator('.connection-banner').waitFor()

  network.cut('nothing')
  await far.comeBack()
  const all = ['before', 'meanwhile 1', 'meanwhile 2', ...written]
  await far.reads(all)
  await near.reads(all)
  await expect
    .poll(async () => (await far.lines()).filter((line) => line.state === 'pending'), patient)
    .toEqual([])
  await expect.poll(() => far.page.locator('.connection-banner').count(), patient).toBe(0)
  await closeAll(near, far)
})

test('what waits in the outbox goes out once, also when the page was reloaded meanwhile', async () => {
  const carla = await stage.account('Carla')
  await carla.client.chats.direct(boris.client.me?.id ?? '')
  const near = await stage.inMessenger(boris)
  const far = await stage.inMessenger(carla, { through: network.url })
  await Promise.all([near.openChat('Carla'), far.openChat('Boris')])

  network.cut('api')
  const written = ['kept 1', 'kept 2', 'kept 3', 'kept 4']
  for (const text of written) await far.say(text)
  await far.seesStates(Object.fromEntries(written.map((text) => [text, 'pending'])))
  await expect.poll(() => storedSends(far), patient).toBe(written.length)
  await far.page.reload()
  await far.page.getByTestId('connection-state').waitFor({ state: 'attached' })

  network.cut('nothing')
  await far.comeBack()
  await far.shows('Boris')
  await far.reads(written)
  await near.reads(written)
  await far.seesStates(Object.fromEntries(written.map((text) => [text, 'read'])))
  await expect.poll(() => storedSends(far), patient).toBe(0)
  await far.page.reload()
  await far.shows('Boris')
  await far.reads(written)
  await closeAll(near, far)
})

test('two tabs of one browser send what was written in either exactly once', async () => {
  const dora = await stage.account('Dora')
  await dora.client.chats.direct(boris.client.me?.id ?? '')
  const near = await stage.inMessenger(boris)
  const one = await stage.inMessenger(dora, { through: network.url })
  const other = await one.secondTab()
  await Promise.all([near.openChat('Dora'), one.openChat('Boris'), other.openChat('Boris')])

  network.cut('everything')
  await one.say('from one tab')
  await expect.poll(() => storedSends(one), patient).toBe(1)
  await other.say('from the other')
  await expect.poll(() => storedSends(one), patient).toBe(2)

  network.cut('nothing')
  await Promise.all([one.comeBack(), other.comeBack()])
  const all = ['from one tab', 'from the other']
  for (const visitor of [near, one, other]) await visitor.reads(all)
  await expect.poll(() => storedSends(one), patient).toBe(0)
  await closeAll(near, one)
})

const closeAll = (...visitors: readonly Visitor[]) =>
  Promise.all(visitors.map((visitor) => visitor.page.context().close()))

/** How many sends this browser keeps for later. */
const storedSends = (visitor: Visitor): Promise<number> =>
  visitor.page.evaluate<number>(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('parley-outbox')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const counting = opening.result.transaction('entries').objectStore('entries').count()
      counting.onerror = () => reject(counting.error)
      counting.onsuccess = () => {
        opening.result.close()
        resolve(counting.result)
      }
    }
  })`)
