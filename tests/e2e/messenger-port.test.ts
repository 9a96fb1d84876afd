// The port of the messenger dialect in a real browser: the app for those with scripts, plain pages for those without, one login for both.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { password, Stage } from './stage.ts'
import { patient } from './visitor.ts'

let stage: Stage
let through: string
beforeAll(async () => {
  stage = await Stage.open({ dialects: { messenger: 0 } })
  through = `http://127.0.0.1:${stage.server.app.dialectPorts.messenger}`
})
afterAll(() => stage?.close())

async function register(page: Page, name: string, email: string): Promise<void> {
  await page.goto('/register')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Chats and groups' }).waitFor()
}

/** What Playwright says by text it does not look for inside `noscript`. */
const shown = (page: Page): Promise<string> => page.locator('.plain').innerText()

/** Looked at by axe in a browser with scripts, which would not run in the page itself: there what it shows is copied to. */
async function faultsOf(page: Page): Promise<string[]> {
  const { page: mirror } = await stage.visitor({ through, viewport: page.viewportSize() })
  const html = (await page.content()).replaceAll(/<script[^>]*><\/script>|<\/?noscript>/g, '')
  await mirror.route('**/mirror', (route) => route.fulfill({ contentType: 'text/html', body: html }))
  await mirror.goto('/mirror')
  const { violations } = await new AxeBuilder({ page: mirror }).analyze()
  const wider: number = await mirror.evaluate('document.documentElement.scrollWidth - innerWidth')
  await mirror.context().close()
  return [...violations.map(({ id }) => id), ...(wider > 0 ? [`${wider} pixels too wide`] : [])]
}

test('without scripts people register, chat, post in groups and log out, on a phone and in the dark', async () => {
  const desktop = await stage.visitor({ through, javaScriptEnabled: false })
  const phone = await stage.visitor({
    through,
    javaScriptEnabled: false,
    colorScheme: 'dark',
    viewport: { width: 360, height: 740 },
  })
  const { page: alice } = desktop
  const { page: bob } = phone
  await register(alice, 'Alice', 'alice@example.com')
  await register(bob, 'Bob', 'bob@example.com')
  expect([await faultsOf(alice), await faultsOf(bob)]).toEqual([[], []])

  const newChat = alice.locator('form[action^="/api/v1/chats/create"]')
  await newChat.getByLabel('People').fill('bob@example.com')
  await newChat.getByRole('button', { name: 'Create' }).click()
  await alice.getByRole('link', { name: 'Bob' }).click()
  await alice.getByLabel('Message').fill('Hello\nBob')
  await alice.getByRole('button', { name: 'Send', exact: true }).click()
  await expect.poll(() => shown(alice), patient).toContain('Hello\nBob')

  await bob.reload()
  expect(await shown(bob)).toContain('unread: 1')
  await bob.getByRole('link', { name: 'Alice' }).click()
  await bob.getByRole('button', { name: 'Mark as read' }).click()
  await bob.getByRole('button', { name: 'Mark as read' }).waitFor({ state: 'detached' })
  expect(await shown(bob)).toContain('Hello\nBob')
  expect([await faultsOf(alice), await faultsOf(bob)]).toEqual([[], []])

  await alice.goto('/messenger')
  const newGroup = alice.locator('form[action^="/api/v1/groups/create"]')
  await newGroup.getByLabel('Name').fill('News')
  await newGroup.getByRole('button', { name: 'Create' }).click()
  await alice.getByRole('heading', { name: 'News' }).waitFor()
  await alice.getByLabel('Message').fill('Extra!')
  await alice.getByRole('button', { name: 'Send', exact: true }).click()
  await bob.goto(new URL(alice.url()).pathname)
  await bob.getByRole('button', { name: 'Join' }).click()
  await bob.getByRole('button', { name: 'Leave' }).waitFor()
  expect(await shown(bob)).toContain('Extra!')
  expect(await shown(bob)).toContain('Only the creator posts')

  await bob.getByRole('button', { name: 'Log out' }).click()
  await bob.getByRole('link', { name: 'Log in' }).click()
  await bob.getByLabel('Email').fill('bob@example.com')
  await bob.getByLabel('Password').fill('wrong password')
  await bob.getByRole('button', { name: 'Log in' }).click()
  await expect.poll(() => shown(bob), patient).toContain('Email or password is wrong.')
  expect(await faultsOf(bob)).toEqual([])
})

test('with scripts the app is there, logged in by the contract’s form, and opens the contract’s addresses', async () => {
  const email = 'carol@example.com'
  const { page: plain } = await stage.visitor({ through, javaScriptEnabled: false })
  await register(plain, 'Carol', email)
  const newGroup = plain.locator('form[action^="/api/v1/groups/create"]')
  await newGroup.getByLabel('Name').fill('Announcements')
  await newGroup.getByRole('button', { name: 'Create' }).click()
  await plain.getByRole('heading', { name: 'Announcements' }).waitFor()
  const groupPath = new URL(plain.url()).pathname

  const visitor = await stage.visitor({
    through,
    storageState: await plain.context().storageState(),
  })
  await visitor.page.goto(groupPath)
  await visitor.arrived()
  expect(new URL(visitor.page.url()).pathname).toBe(groupPath.replace('/group/', '/messenger/'))
  await visitor.composer.fill('From the app')
  await visitor.page.keyboard.press('Enter')
  await visitor.messages.filter({ hasText: 'From the app' }).waitFor()
  await expect
    .poll(async () => {
      await plain.reload()
      return shown(plain)
    }, patient)
    .toContain('From the app')
  expect(visitor.complaints()).toEqual([])

  const again = await stage.visitor({ through })
  await again.logIn(email, password)
  await again.page.getByText('Announcements').first().waitFor()
  expect(again.complaints()).toEqual([])
})
