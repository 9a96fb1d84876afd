// What one has not read: counted, found again, and done with once it was on screen.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

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

test('V3: messages that came while nobody looked are unread, and the view stands at the first of them', async () => {
  const emil = await stage.account('Emil')
  const toAnna = await emil.client.chats.direct(anna.client.me?.id ?? '')
  await toAnna.send('Before')
  const page = await stage.inMessenger(anna)
  await page.openChat('Emil')
  await page.reads(['Before'])
  await expect.poll(() => page.badge('Emil').count(), patient).toBe(0)

  await look(page, false)
  for (let count = 1; count <= 60; count += 1) await toAnna.send(`Later ${count}`)
  await expect.poll(() => page.badge('Emil').textContent(), patient).toBe('60')
  await page.divider.waitFor()
  await look(page, true)
  await page.message('Later 1').waitFor()
  await expect.poll(async () => Number(await page.badge('Emil').textContent()), patient).toBeLessThan(60)
  const unread = Number(await page.badge('Emil').textContent())
  expect(unread).toBeGreaterThan(30)
  const [divider, first] = await Promise.all([
    page.divider.boundingBox(),
    page.message('Later 1').boundingBox(),
  ])
  expect(divider?.y).toBeGreaterThan(0)
  expect(divider?.y).toBeLessThan(first?.y ?? 0)
  expect(first?.y).toBeLessThan(500)
  expect(await page.texts()).not.toContain('Later 60')

  await page.page.getByRole('button', { name: /To the newest message/ }).click()
  await expect.poll(async () => (await page.texts()).at(-1), patient).toBe('Later 60')
  await expect.poll(() => page.badge('Emil').count(), patient).toBe(0)
  await toAnna.send('And now')
  await expect.poll(async () => (await page.texts()).at(-1), patient).toBe('And now')
  await expect.poll(() => page.badge('Emil').count(), patient).toBe(0)
})

test('V2: the end is followed whatever happens to the height of the window and the composer', async () => {
  const fritz = await stage.account('Fritz')
  const toAnna = await fritz.client.chats.direct(anna.client.me?.id ?? '')
  for (let count = 1; count <= 40; count += 1) await toAnna.send(`Line ${count}`)
  const page = await stage.inMessenger(anna)
  await page.openChat('Fritz')
  await page.page.getByRole('button', { name: /To the newest message/ }).click()
  const endsWith = async (text: string) => {
    await page.message(text).waitFor()
    await expect
      .poll(async () => {
        const [row, composer] = await Promise.all([
          page.message(text).boundingBox(),
          page.composer.boundingBox(),
        ])
        return row !== null && composer !== null && row.y > 0 && row.y + row.height <= composer.y
      }, patient)
      .toBe(true)
  }
  await endsWith('Line 40')
  const next = async (text: string) => {
    await toAnna.send(text)
    await endsWith(text)
  }
  await page.page.setViewportSize({ width: 1280, height: 420 })
  await next('after the keyboard came')
  await page.composer.fill('one\ntwo\nthree\nfour\nfive\nsix')
  await next('after the composer grew')
  await page.page.setViewportSize({ width: 900, height: 900 })
  await next('after the keyboard went')
  await page.composer.fill('')
  await next('after the composer shrank')

  await page.page.locator('.timeline-scroller').hover()
  await page.page.mouse.wheel(0, -900)
  await page.page.getByRole('button', { name: /To the newest message/ }).waitFor()
  await toAnna.send('not followed')
  await expect.poll(() => page.badge('Fritz').textContent(), patient).toBe('1')
  await page.page.setViewportSize({ width: 1280, height: 500 })
  await toAnna.send('nor this')
  await expect.poll(() => page.badge('Fritz').textContent(), patient).toBe('2')
})

/** As if the person turned to another window, or came back. */
const look = (visitor: Visitor, at: boolean): Promise<unknown> =>
  visitor.page.evaluate(
    `document.hasFocus = () => ${at}; dispatchEvent(new Event('${at ? 'focus' : 'blur'}'))`,
  )
