// One browser and its accounts: whose texts leave as whose, what logging out leaves behind, and what the app does without.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Gate } from './gate.ts'
import { type Account, password, Stage } from './stage.ts'
import { patient, Visitor } from './visitor.ts'

let stage: Stage
let anna: Account
let boris: Account
let emma: Account
const visitors: Visitor[] = []

beforeAll(async () => {
  stage = await Stage.open()
  ;[anna, boris, emma] = (await Promise.all(
    ['Anna', 'Boris', 'Emma'].map((name) => stage.account(name)),
  )) as [Account, Account, Account]
  for (const { client } of [anna, emma]) await client.chats.direct(boris.client.me?.id ?? '')
})
afterEach(async () => {
  await Promise.all(visitors.splice(0).map(({ page }) => page.context().close()))
})
afterAll(() => stage?.close())

/** A page with a gate, before it goes anywhere. */
const gated = async (shut: 'nothing' | 'sockets' = 'nothing') => {
  const visitor = await stage.visitor()
  visitors.push(visitor)
  return { visitor, gate: await Gate.of(visitor.page, shut) }
}
/** A script for a page whose browser keeps something from it. */
const denied = (name: string) =>
  `Object.defineProperty(globalThis, '${name}', { get() { throw new DOMException('denied', 'SecurityError') } })`
const heardBy = (account: Account) =>
  account.client.replica.chats().flatMap(({ last_message }) => last_message?.text ?? [])
const inputs = (visitor: Visitor) => visitor.page.locator('input[name=login]')
const stored = (visitor: Visitor) =>
  visitor.page.evaluate<string>(`new Promise((resolve) => {
    const opening = indexedDB.open('parley-outbox')
    opening.onsuccess = () => {
      const all = opening.result.transaction('entries').objectStore('entries').getAll()
      all.onsuccess = () => resolve(JSON.stringify([all.result, { ...localStorage }]))
    }
  })`)
const submit = async (visitor: Visitor, account: Account) => {
  await inputs(visitor).fill(account.username)
  await visitor.page.locator('input[name=password]').fill(password)
  await visitor.page.keyboard.press('Enter')
}
const logOut = async (visitor: Visitor) => {
  await visitor.page.getByRole('button', { name: 'Settings', exact: true }).click()
  await visitor.page.getByRole('button', { name: 'Log out', exact: true }).click()
}

describe('K1: one browser, two accounts', () => {
  test('what Anna wrote offline never leaves as Emma’s, and leaves when Anna is back', async () => {
    const { visitor, gate } = await gated()
    await visitor.logIn('anna', password)
    await visitor.openChat('Boris')
    await gate.shut('everything')
    await visitor.say('by Anna alone')
    await visitor.seesStates({ 'by Anna alone': 'pending' })
    const { items } = await anna.client.call('listSessions')
    for (const { id, current } of items)
      if (!current) await anna.client.call('revokeSession', { params: { session_id: id } })

    const second = new Visitor(await visitor.page.context().newPage())
    await second.page.goto('/login')
    await submit(second, emma)
    await second.arrived()
    await gate.shut('nothing')
    await visitor.page.getByText('You are signed in as Emma in this browser').waitFor()
    expect(heardBy(boris)).toEqual([])

    await visitor.page.getByRole('button', { name: 'Log in to another account' }).click()
    await submit(visitor, anna)
    await visitor.openChat('Boris')
    await visitor.reads(['by Anna alone'])
    await expect.poll(() => heardBy(boris), patient).toEqual(['by Anna alone'])
    expect(heardBy(emma)).toEqual([])
    expect(heardBy(anna)).toEqual(['by Anna alone'])
  })
})

describe('K5: logging out', () => {
  test('without a network asks, ends at once, leaves nothing behind, and reaches the server later', async () => {
    const { visitor, gate } = await gated()
    await visitor.logIn('emma', password)
    await visitor.openChat('Boris')
    await gate.shut('everything')
    await visitor.say('never sent')
    await visitor.composer.fill('half a thought')
    await expect.poll(() => stored(visitor), patient).toMatch(/never sent.*half a thought/)
    await logOut(visitor)
    const question = visitor.page.getByRole('alertdialog')
    await question.getByRole('button', { name: 'Cancel' }).click()
    await question.waitFor({ state: 'detached' })
    await visitor.page.getByRole('button', { name: 'Log out', exact: true }).click()
    await question.getByRole('button', { name: 'Log out' }).click()
    await inputs(visitor).waitFor()
    await expect.poll(() => stored(visitor), patient).not.toMatch(/never sent|half a thought/)

    await visitor.page.reload()
    await visitor.page.goto('/messenger')
    await inputs(visitor).waitFor()
    const own = async () => (await emma.client.call('listSessions')).items.length
    const before = await own()
    await gate.shut('nothing')
    await visitor.page.evaluate("dispatchEvent(new Event('online'))")
    await expect.poll(own, patient).toBe(before - 1)
    await expect.poll(() => stored(visitor), patient).not.toContain('parley.ending')
    expect(heardBy(emma)).toEqual([])
  })

  test('in one tab ends the other', async () => {
    const { visitor } = await gated()
    await visitor.logIn('emma', password)
    const second = await visitor.secondTab()
    await logOut(visitor)
    await inputs(visitor).waitFor()
    await inputs(second).waitFor()
  })

  test('from elsewhere keeps what was not sent until the same account is back', async () => {
    const carl = await stage.account('Carl')
    await carl.client.chats.direct(boris.client.me?.id ?? '')
    const { visitor, gate } = await gated()
    await visitor.logIn('carl', password)
    await visitor.openChat('Boris')
    await gate.shut('everything')
    await visitor.say('kept for Carl')
    await expect.poll(() => stored(visitor), patient).toContain('kept for Carl')
    const { items } = await carl.client.call('listSessions')
    for (const { id, current } of items)
      if (!current) await carl.client.call('revokeSession', { params: { session_id: id } })
    await gate.shut('nothing')
    await inputs(visitor).waitFor()
    await submit(visitor, emma)
    await visitor.openChat('Boris')
    await visitor.reads([])
    await logOut(visitor)
    await inputs(visitor).waitFor()
    expect(await stored(visitor)).toContain('kept for Carl')
    await submit(visitor, carl)
    await visitor.openChat('Boris')
    await visitor.reads(['kept for Carl'])
    await expect.poll(() => heardBy(carl), patient).toEqual(['kept for Carl'])
  })
})

describe('K6: where no socket gets through', () => {
  test('the app polls, says so, sends and hears, and goes back to the socket', async () => {
    const { visitor, gate } = await gated('sockets')
    await visitor.logIn('boris', password)
    await visitor.page.getByText('Parley asks for news every 5 s.').waitFor()
    await visitor.openChat('Emma')
    await visitor.say('over HTTP')
    await visitor.seesStates({ 'over HTTP': 'sent' })
    const [chat] = emma.client.replica.chats()
    await emma.client.chats.handle(chat?.id ?? '').send('heard by polling')
    await visitor.reads(['over HTTP', 'heard by polling'])
    await gate.shut('nothing')
    await expect
      .poll(() => visitor.page.locator('.connection-banner').count(), { ...patient, timeout: 45_000 })
      .toBe(0)
  })
})

describe('K3: the app starts and sends', () => {
  test.each([
    [
      'with a language that Intl does not take',
      `Object.defineProperty(navigator, 'languages', { get: () => ['en-US@posix'] })`,
    ],
    ['with storage denied', `${denied('localStorage')}; ${denied('indexedDB')}`],
    [
      'with storage that is full',
      `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }`,
    ],
    ['with a database that never answers', `indexedDB.open = () => ({})`],
    [
      'with locks that never come, and no channel between tabs',
      `navigator.locks.request = () => new Promise(() => undefined); delete globalThis.BroadcastChannel`,
    ],
    ['without locks', `Object.defineProperty(navigator, 'locks', { value: undefined })`],
  ])('%s', async (_, script) => {
    const { visitor } = await gated()
    await visitor.page.addInitScript(script)
    await visitor.logIn('boris', password)
    await visitor.openChat('Anna')
    const text = `sent ${_}`
    await visitor.say(text)
    await expect.poll(() => heardBy(anna), patient).toContain(text)
  })
})

describe('K11: what a browser that denies its storage cannot keep', () => {
  test('is counted, and asked about before the page goes, until it is sent', async () => {
    const { visitor, gate } = await gated()
    const { page } = visitor
    await page.addInitScript(denied('indexedDB'))
    await visitor.logIn('boris', password)
    await visitor.openChat('Emma')
    await gate.shut('everything')
    await visitor.say('only here')
    await page.getByText('1 message or change is only on this page', { exact: false }).waitFor()
    await visitor.say('and here')
    await page.getByText('2 messages or changes are only on this page', { exact: false }).waitFor()
    const [question] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })])
    expect(question.type()).toBe('beforeunload')
    await question.dismiss()

    await gate.shut('nothing')
    await visitor.comeBack()
    await expect.poll(() => heardBy(emma), patient).toContain('and here')
    await page.getByTestId('unkept').waitFor({ state: 'detached' })
    let asked = 0
    page.on('dialog', (dialog) => {
      asked += 1
      return dialog.accept()
    })
    await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })])
    expect(asked).toBe(0)
  })
})
