// The page on which the socket of WinDI Messenger is tried by hand, at both of its addresses, in both languages and themes.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyDemo } from '../../packages/server/src/dialects/kit/demo.ts'
import { demo } from '../../packages/server/src/dialects/windi-messenger/demo.ts'
import { Stage } from './stage.ts'

const address = (prefix: string) => `/compat/windi-messenger${prefix}/static/index.html`

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
  await applyDemo(stage.server.app.ports, demo)
})
afterAll(() => stage?.close())

/** By keyboard alone, from the top of the page. */
async function enter(page: Page, email: string, chat: string): Promise<void> {
  await page.keyboard.press('Tab')
  await page.keyboard.type(email)
  await page.keyboard.press('Tab')
  await page.keyboard.type('password123')
  await page.keyboard.press('Enter')
  const button = page.locator('#chats').getByRole('button', { name: chat })
  await button.waitFor()
  await button.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: chat }).waitFor()
  await page.locator('#text:enabled').waitFor()
}

const offences = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)

test('two people log in, join, type, write and read, and every frame is shown', async () => {
  const desktop = await stage.visitor({ locale: 'en-US', colorScheme: 'light' })
  const phone = await stage.visitor({
    locale: 'ru-RU',
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
  })
  const { page: alice } = desktop
  const { page: bob } = phone
  await alice.goto(address(''))
  await bob.goto(address('/api/v1'))
  await enter(alice, 'alice@example.com', 'Bob')
  await enter(bob, 'bob@example.com', 'Alice')
  await bob.getByText('Тогда до встречи в группе.').waitFor()

  await bob.locator('#text').focus()
  await bob.keyboard.type('С телефона')
  await alice.getByText('Bob is typing…').waitFor()
  await bob.keyboard.press('Enter')
  const message = alice.locator('#messages li', { hasText: 'С телефона' })
  await message.getByRole('button', { name: 'Mark as read' }).click()
  await message.getByText('Read', { exact: true }).waitFor()
  await bob
    .locator('#messages li.own', { hasText: 'С телефона' })
    .getByRole('img', { name: 'Прочитано' })
    .waitFor()
  for (const frame of ['"action":"send_message"', '"event":"new_message"', '"event":"message_read"']) {
    await bob.locator('#frames li', { hasText: frame }).first().waitFor()
  }

  expect([desktop.complaints(), phone.complaints()]).toEqual([[], []])
  expect([await offences(alice), await offences(bob)]).toEqual([[], []])
  expect(await bob.evaluate('document.documentElement.scrollWidth')).toBe(360)
  expect(await bob.evaluate('document.documentElement.lang')).toBe('ru')

  await alice.getByRole('button', { name: 'Leave' }).click()
  await alice.locator('#text:disabled').waitFor()
  await alice.getByRole('button', { name: 'Disconnect' }).click()
  await alice.getByRole('status').getByText('Not connected').waitFor()
})

test('says why it was not let in', async () => {
  const { page } = await stage.visitor()
  await page.goto(address(''))
  await page.getByLabel('Access token').fill('no token')
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await page.getByRole('status').getByText('Closed: 4001 (Invalid token)').waitFor()
  await page.getByLabel('Email').fill('alice@example.com')
  await page.getByLabel('Password').fill('wrong password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('status').getByText('Invalid email or password').waitFor()
})
