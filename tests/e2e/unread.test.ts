// What one has not read: counted, found again, and done with once it was on screen.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, Stage } from './stage.ts'
import { patient } from './visitor.ts'

let stage: Stage
let anna: Account
let boris: Account

beforeAll(async () => {
  stage = await Stage.open()
  ;[anna, boris] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
})

afterAll(() => stage?.close())

test('messages are counted while another chat is open, and read from the first unread one, in every tab', async () => {
  const carla = await stage.account('Carla')
  const [toAnna] = await Promise.all([
    boris.client.chats.direct(anna.client.me?.id ?? ''),
    carla.client.chats.direct(anna.client.me?.id ?? ''),
  ])
  await toAnna.send('Read long ago')
  const page = await stage.inMessenger(anna)
  await page.openChat('Boris')
  await page.reads(['Read long ago'])
  await expect.poll(() => page.badge('Boris').count(), patient).toBe(0)
  const tab = await page.secondTab()
  await page.openChat('Carla')

  for (let count = 1; count <= 60; count += 1) await toAnna.send(`News ${count}`)
  for (const each of [page, tab])
    await expect.poll(() => each.badge('Boris').textContent(), patient).toBe('60')
  await expect.poll(() => page.page.title(), patient).toContain('60')

  await page.openChat('Boris')
  await page.divider.waitFor()
  await page.messages.getByText('News 1', { exact: true }).waitFor()
  const [divider, first] = await Promise.all([
    page.divider.boundingBox(),
    page.message('News 1').boundingBox(),
  ])
  expect(divider?.y).toBeLessThan(first?.y ?? 0)
  expect(first?.y).toBeLessThan(800)
  expect(await page.texts()).not.toContain('News 60')
  await expect.poll(async () => Number(await page.badge('Boris').textContent()), patient).toBeLessThan(60)
  expect(Number(await page.badge('Boris').textContent())).toBeGreaterThan(0)

  await page.page.getByRole('button', { name: /To the newest message/ }).click()
  await expect.poll(async () => (await page.texts()).at(-1), patient).toBe('News 60')
  for (const each of [page, tab]) await expect.poll(() => each.badge('Boris').count(), patient).toBe(0)
  await expect.poll(() => tab.page.title(), patient).not.toMatch(/\d/)
})

test('the divider stays for the visit and is gone at the next', async () => {
  const dora = await stage.account('Dora')
  const toAnna = await dora.client.chats.direct(anna.client.me?.id ?? '')
  await toAnna.send('One')
  await toAnna.send('Two')
  const page = await stage.inMessenger(anna)
  await page.openChat('Dora')
  await page.divider.waitFor()
  await expect.poll(() => page.badge('Dora').count(), patient).toBe(0)
  await page.say('An answer')
  await page.reads(['One', 'Two', 'An answer'])
  expect(await page.divider.count()).toBe(1)
  await page.openChat('Boris')
  await page.openChat('Dora')
  await page.reads(['One', 'Two', 'An answer'])
  expect(await page.divider.count()).toBe(0)
})
