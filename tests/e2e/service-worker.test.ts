// The app from the device: without a server, and when the server has a newer version of it.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { builtApp, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** A stage of its own, whose app can be replaced, with somebody in the messenger whose browser keeps the app. */
async function open() {
  const webRoot = await mkdtemp(join(tmpdir(), 'parley-app-'))
  endings.push(() => rm(webRoot, { recursive: true }))
  await cp(builtApp, webRoot, { recursive: true })
  const stage = await Stage.open({ webRoot })
  endings.push(() => stage.close())
  const anna = await stage.account('Anna')
  const visitor = await stage.visitor({ serviceWorkers: 'allow' })
  await visitor.logIn('anna', password)
  await visitor.page.evaluate('navigator.serviceWorker.ready.then(() => undefined)')
  return { stage, webRoot, anna, visitor }
}

/** Puts a newer version of the app in place of the one that is served: every file of it has a name of its own. */
async function release(webRoot: string, title: string): Promise<void> {
  const page = join(webRoot, 'index.html')
  const worker = join(webRoot, 'service-worker.js')
  await writeFile(page, (await readFile(page, 'utf8')).replace('<title>Parley', `<title>${title}`))
  await writeFile(
    worker,
    (await readFile(worker, 'utf8')).replace(/(url:`\/`,revision:`|"url":"\/","revision":")/, `$1${title}`),
  )
  for (const path of [page, worker])
    for (const packed of ['br', 'gz']) await rm(`${path}.${packed}`, { force: true })
}

/** What the page itself says it is called, before the app gives it the title of a chat. */
const titleOf = ({ page }: Visitor) =>
  page.evaluate<string>(
    "caches.match('/', { ignoreSearch: true }).then((kept) => kept.text()).then((text) => /<title>(.*)</.exec(text)[1])",
  )

/** The texts of all messages that the device keeps. */
const keptTexts = ({ page }: Visitor) =>
  page.evaluate<string[]>(`new Promise((resolve, reject) => {
    const opening = indexedDB.open('parley-replica')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const all = opening.result.transaction('chats').objectStore('chats').getAll()
      all.onsuccess = () => {
        opening.result.close()
        resolve(all.result.flatMap(({ content }) => content.tail?.messages ?? []).map(({ text }) => text))
      }
    }
  })`)

test('V11 K13 K17: without a server the app starts all the same, with chats and messages, and goes on when the server is back', async () => {
  const { stage, anna, visitor } = await open()
  const boris = await stage.account('Boris')
  const chat = await anna.client.chats.direct(boris.client.userId ?? '')
  for (const text of ['first', 'second']) await chat.send(text)
  await visitor.chat('Boris').waitFor()
  await expect.poll(() => keptTexts(visitor), patient).toEqual(['first', 'second'])
  const context = visitor.page.context()
  await context.setOffline(true)
  await visitor.page.goto('/messenger')
  await visitor.openChat('Boris')
  await visitor.reads(['first', 'second'])
  await visitor.say('third')
  await visitor.seesStates({ first: 'sent', second: 'sent', third: 'pending' })
  const other = await context.newPage()
  await expect(other.goto('/docs')).rejects.toThrow('ERR_INTERNET_DISCONNECTED')
  await visitor.page.reload()
  await visitor.reads(['first', 'second', 'third'])
  await context.setOffline(false)
  await visitor.arrived()
  await expect
    .poll(() => boris.client.replica.chats().map(({ last_message }) => last_message?.text), patient)
    .toEqual(['third'])

  await visitor.page.getByRole('button', { name: 'Settings', exact: true }).click()
  await visitor.page.getByRole('button', { name: 'Log out', exact: true }).click()
  await visitor.page.locator('input[name=login]').waitFor()
  await expect.poll(() => keptTexts(visitor), patient).toEqual([])
})

test('V11: a newer version is offered, and loaded when the person says so, in that tab alone', async () => {
  const { webRoot, visitor } = await open()
  await visitor.page.reload()
  await visitor.arrived()
  const second = await visitor.secondTab()
  await visitor.page.evaluate("window.same = 'page'")
  await second.page.evaluate("window.same = 'page'")
  await release(webRoot, 'Newer')
  await visitor.page.evaluate('navigator.serviceWorker.getRegistration().then((found) => found.update())')
  const offer = visitor.page.getByTestId('update')
  await offer.getByText('A new version of Parley is ready.').waitFor()
  await second.page.getByTestId('update').waitFor()
  await offer.getByRole('button', { name: 'Update now' }).click()
  await expect.poll(() => visitor.page.evaluate('window.same'), patient).toBeUndefined()
  await visitor.arrived()
  await expect.poll(() => titleOf(visitor), patient).toBe('Newer')
  await second.page.getByText('Parley was updated in another tab.').waitFor()
  expect(await second.page.evaluate('window.same')).toBe('page')
  await second.page.getByRole('button', { name: 'Update now' }).click()
  await expect.poll(() => second.page.evaluate('window.same'), patient).toBeUndefined()
  await second.arrived()
})
