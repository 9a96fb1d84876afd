// More chats than a client is given at once: all of them are found, and the list goes on to its end.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Network } from './network.ts'
import { type Account, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

const count = 700
const beyondFirst = 'Oldest boathouse'

let stage: Stage
let network: Network
let anna: Account
let ids: string[]
let page: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  network = await Network.to(stage.server.url)
  anna = await stage.account('Anna')
  ids = []
  const titles = [beyondFirst, ...Array.from({ length: count - 1 }, (_, index) => `Group ${index + 2}`)]
  for (let at = 0; at < count; at += 50) {
    const made = titles
      .slice(at, at + 50)
      .map((title) => anna.client.chats.createGroup({ title, memberIds: [] }))
    ids.push(...(await Promise.all(made)).map((chat) => chat.id))
  }
  page = await stage.inMessenger(anna, { through: network.url })
})

beforeEach(() => network.cut('nothing'))

afterAll(async () => {
  await network?.close()
  await stage?.close()
})

const field = () => page.page.getByLabel('Search chats and people')

test('V7: a search finds a chat that was never loaded', async () => {
  await field().fill('boathouse')
  await page.chat(beyondFirst).waitFor()
  await page.openChat(beyondFirst)
})

test('V8: a search without an answer says so, and is made again when the connection is back', async () => {
  network.cut('everything')
  await field().fill('zebra')
  await page.page.getByText('The search got no answer, so there may be more.').waitFor()
  expect(await page.page.getByText('Nothing found').count()).toBe(0)
  await page.subtitle.getByText('1 member').waitFor()
  network.cut('nothing')
  await page.comeBack()
  await page.page.getByText('Nothing found').waitFor()
  expect(await page.page.getByTestId('failure').count()).toBe(0)
  await field().fill('')
})

test('V7: the list goes on to its last chat', async () => {
  await page.page.locator('.chat-list').hover()
  const last = page.chat(beyondFirst)
  await expect
    .poll(async () => {
      await page.page.mouse.wheel(0, 20_000)
      return last.isVisible()
    }, patient)
    .toBe(true)
})

test('V7: archiving all that is loaded shows what comes after it', async () => {
  const archived = ids.slice(3)
  for (let at = 0; at < archived.length; at += 50)
    await Promise.all(
      archived
        .slice(at, at + 50)
        .map((id) =>
          anna.client.call('updatePreferences', { params: { chat_id: id }, body: { archived: true } }),
        ),
    )
  await page.page.goto('/messenger')
  await page.arrived()
  await page.chat(beyondFirst).waitFor()
  await expect.poll(() => page.page.getByTestId('chat-item').count(), patient).toBe(3)
  await page.page.getByRole('button', { name: `Archive ${count - 3}` }).waitFor()
})

test('V8: presence is not shown while nobody could tell of it', async () => {
  const boris = await stage.account('Boris')
  await (await boris.client.chats.direct(anna.client.me?.id ?? '')).send('Hello')
  await page.openChat('Boris')
  await page.subtitle.getByText('online', { exact: true }).waitFor()
  await page.chat('Boris').locator('.avatar-online').waitFor()
  network.cut('everything')
  await page.subtitle.getByText('waiting for the connection…').waitFor()
  await expect.poll(() => page.page.locator('.avatar-online').count(), patient).toBe(0)
  network.cut('nothing')
  await page.comeBack()
  await page.subtitle.getByText('online', { exact: true }).waitFor()
})
