// What was sent arrives once, and what was chosen stays, also when the page ends in the moment after Enter and the browser's database
// keeps nothing.
import type { BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Network } from './network.ts'
import { type Account, password, Stage } from './stage.ts'
import { patient, Visitor } from './visitor.ts'

let stage: Stage
let network: Network
let boris: Account
const contexts: BrowserContext[] = []

beforeAll(async () => {
  stage = await Stage.open()
  network = await Network.to(stage.server.url)
  boris = await stage.account('Boris')
})
beforeEach(() => network.cut('nothing'))
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()))
})
afterAll(async () => {
  await network?.close()
  await stage?.close()
})

/** No database answers; or that of the outbox alone does not. */
const silent = 'indexedDB.open = () => ({})'
const silentOutbox = `{
  const open = indexedDB.open.bind(indexedDB)
  indexedDB.open = (name, version) => (name === 'parley-outbox' ? {} : open(name, version))
}`

/** Somebody new in the chat with Boris, who has said hello. */
async function inChat(name: string, script: string) {
  const account = await stage.account(name)
  const chat = await boris.client.chats.direct(account.client.me?.id ?? '')
  await chat.send('Hello!')
  const visitor = await stage.visitor({ through: network.url })
  contexts.push(visitor.page.context())
  await visitor.page.context().addInitScript(script)
  await visitor.logIn(account.username, password)
  await visitor.openChat('Boris')
  await visitor.reads(['Hello!'])
  const stored = async () => {
    const { items } = await account.client.call('listMessages', { params: { chat_id: chat.id } })
    return items.map(({ text, files }) => [text, ...files.map((file) => file.name)])
  }
  return { visitor, stored, userId: account.client.me?.id ?? '', chatId: chat.id }
}

/** Keys of what the device notes of handed over messages. */
const notes = (visitor: Visitor) =>
  visitor.page.evaluate<string[]>(
    `Object.keys(localStorage).filter((key) => key.startsWith('parley.handed.'))`,
  )

/** The page ends at once. Another one of the same browser goes to where it was. */
async function nextPage({ page }: Visitor): Promise<Visitor> {
  const [context, url] = [page.context(), page.url()]
  await page.close()
  const next = new Visitor(await context.newPage())
  await next.page.goto(url)
  return next
}

test('V10: what was sent offline, and kept by no database, arrives once after a reload', async () => {
  const { visitor, stored } = await inChat('Anna', silent)
  network.cut('api')
  await visitor.say('one')
  await visitor.say('two')
  await visitor.seesStates({ 'Hello!': 'sent', one: 'pending', two: 'pending' })
  await visitor.page.reload()
  await visitor.page.getByTestId('connection-state').waitFor({ state: 'attached' })
  network.cut('nothing')
  await visitor.comeBack()
  await visitor.shows('Boris')
  await visitor.reads(['Hello!', 'one', 'two'])
  await expect.poll(stored, patient).toEqual([['Hello!'], ['one'], ['two']])
  await expect.poll(() => notes(visitor), patient).toEqual([])
  await visitor.page.reload()
  await visitor.shows('Boris')
  await visitor.reads(['Hello!', 'one', 'two'])
  expect(await stored()).toEqual([['Hello!'], ['one'], ['two']])
})

test.each([
  ['a database that never answers', silent],
  ['a database that is quick', ''],
])(
  'V10: a page that is closed directly after Enter loses nothing, and sends nothing twice, with %s',
  async (_, script) => {
    const { visitor, stored } = await inChat(script === '' ? 'Carla' : 'Dora', script)
    await visitor.say('in a hurry')
    const next = await nextPage(visitor)
    await next.shows('Boris')
    await next.seesStates({ 'Hello!': 'sent', 'in a hurry': 'sent' })
    await next.composer.press('ArrowUp')
    await expect.poll(() => next.composer.inputValue(), patient).toBe('in a hurry')
    await next.composer.fill('in a great hurry')
    await next.composer.press('Enter')
    const last = await nextPage(next)
    await last.shows('Boris')
    await last.seesStates({ 'Hello!': 'sent', 'in a great hurry': 'sent' })
    await expect.poll(() => notes(last), patient).toEqual([])
    expect(await stored()).toEqual([['Hello!'], ['in a great hurry']])
    expect(await last.composer.inputValue()).toBe('')
  },
)

test('V10: files stay as long as a draft or a note names them, and no longer', async () => {
  const { visitor, stored, userId, chatId } = await inChat('Emil', silentOutbox)
  const attach = (name: string) =>
    visitor.page
      .getByTestId('attach')
      .setInputFiles([{ name, mimeType: 'text/plain', buffer: Buffer.from(name) }])
  const kept = () => visitor.page.evaluate<string[]>(inFiles('readonly', 'getAllKeys()'))
  const own = async () => (await kept()).filter((key) => key.startsWith(`${userId}/`)).length

  // Nothing is uploaded, so that what was sent stays on its way.
  await visitor.page.route('**/api/**/files', () => undefined)
  await attach('sent.txt')
  await visitor.composer.fill('with a file')
  await visitor.composer.press('Enter')
  await visitor.message('with a file').getByTestId('waiting-file').waitFor()
  await attach('chosen.txt')
  await expect.poll(own, patient).toBe(2)
  const orphans = [`${userId}/${chatId}/gone`, `somebody/${chatId}/else`]
  for (const key of orphans)
    await visitor.page.evaluate(inFiles('readwrite', `put(new Blob(['x']), '${key}')`))
  await visitor.page.reload()
  await visitor.shows('Boris')
  await expect.poll(kept, patient).not.toContain(orphans[0])
  expect(await kept()).toContain(orphans[1])
  expect(await own()).toBe(2)
  expect(await notes(visitor)).toHaveLength(1)

  await visitor.page.unroute('**/api/**/files')
  await visitor.page.reload()
  await visitor.shows('Boris')
  await visitor.message('with a file').getByTestId('file').getByText('sent.txt').waitFor()
  await expect.poll(own, patient).toBe(1)
  expect(await visitor.page.getByTestId('chosen-file').allTextContents()).toEqual([
    expect.stringContaining('chosen.txt'),
  ])
  expect([await stored(), await notes(visitor)]).toEqual([[['Hello!'], ['with a file', 'sent.txt']], []])
})

/** Asks the store that has the files of drafts. */
const inFiles = (mode: 'readonly' | 'readwrite', request: string) => `new Promise((resolve, reject) => {
  const opening = indexedDB.open('parley-drafts')
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const asking = opening.result.transaction('files', '${mode}').objectStore('files').${request}
    asking.onerror = () => reject(asking.error)
    asking.onsuccess = () => {
      opening.result.close()
      resolve(asking.result)
    }
  }
})`
