// Nothing that somebody typed or chose is lost: not to a broken line, another tab, another chat or a reload.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Network } from './network.ts'
import { type Account, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let network: Network
let boris: Account

beforeAll(async () => {
  stage = await Stage.open()
  network = await Network.to(stage.server.url)
  boris = await stage.account('Boris')
})

beforeEach(() => network.cut('nothing'))

afterAll(async () => {
  await network?.close()
  await stage?.close()
})

/** Somebody new in the chat with Boris, who has said hello. */
async function inChat(name: string): Promise<{ account: Account; visitor: Visitor }> {
  const account = await stage.account(name)
  const chat = await boris.client.chats.direct(account.client.me?.id ?? '')
  await chat.send('Hello!')
  const visitor = await stage.inMessenger(account, { through: network.url })
  await visitor.openChat('Boris')
  await visitor.reads(['Hello!'])
  return { account, visitor }
}

const choose = (visitor: Visitor, text: string, entry: string) =>
  visitor
    .message(text)
    .hover()
    .then(() => visitor.message(text).getByRole('button', { name: 'Message actions' }).click())
    .then(() => visitor.page.getByRole('menuitem', { name: entry }).click())

test('V1: an edit that is made offline is shown as pending, and saved when the line is back', async () => {
  const { visitor } = await inChat('Anna')
  await visitor.say('A long text with a mistaek')
  await visitor.seesStates({ 'Hello!': 'sent', 'A long text with a mistaek': 'sent' })
  await visitor.composer.press('ArrowUp')
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('A long text with a mistaek')
  network.cut('everything')
  await visitor.composer.fill('A long text with a mistake')
  await visitor.composer.press('Enter')
  await visitor.seesStates({ 'Hello!': 'sent', 'A long text with a mistake': 'pending' })
  await visitor.composer.fill('A new thought')
  network.cut('nothing')
  await visitor.comeBack()
  await visitor.seesStates({ 'Hello!': 'sent', 'A long text with a mistake': 'sent' })
  expect(await visitor.composer.inputValue()).toBe('A new thought')
  await visitor.page.context().close()
})

test('V1: an edit that is refused keeps its text, to be gone on with or given up', async () => {
  const { account, visitor } = await inChat('Gina')
  await visitor.say('Mine')
  await visitor.seesStates({ 'Hello!': 'sent', Mine: 'sent' })
  await visitor.composer.press('ArrowUp')
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('Mine')
  network.cut('everything')
  await visitor.composer.fill('Mine, and changed')
  await visitor.composer.press('Enter')
  await visitor.seesStates({ 'Hello!': 'sent', 'Mine, and changed': 'pending' })
  const chatId = account.client.replica.chats()[0]?.id ?? ''
  const { items } = await account.client.call('listMessages', { params: { chat_id: chatId } })
  await account.client.chats.handle(chatId).delete(items.at(-1)?.id ?? '')
  network.cut('nothing')
  await visitor.comeBack()
  const failed = visitor.page.getByTestId('failed-edit')
  await failed.getByText('Mine, and changed').waitFor()
  await failed.getByRole('button', { name: 'Go on editing' }).click()
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('Mine, and changed')
  await expect.poll(() => failed.count(), patient).toBe(0)
  await visitor.page.reload()
  await visitor.shows('Boris')
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('Mine, and changed')
  await visitor.page.context().close()
})

test('V1: what is typed right after Edit was chosen belongs to the edit', async () => {
  const { visitor } = await inChat('Carla')
  await visitor.say('Good')
  await visitor.seesStates({ 'Hello!': 'sent', Good: 'sent' })
  await visitor.composer.fill('left alone')
  await choose(visitor, 'Good', 'Edit')
  await visitor.page.keyboard.type(' morning')
  await visitor.page.keyboard.press('Enter')
  await visitor.reads(['Hello!', 'Good morning'])
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('left alone')
  await visitor.page.context().close()
})

test('V1: an answer with its text and files is there again after another chat and a reload', async () => {
  const { account, visitor } = await inChat('Dora')
  const grace = await stage.account('Grace')
  await (await grace.client.chats.direct(account.client.me?.id ?? '')).send('Hi')
  await choose(visitor, 'Hello!', 'Reply')
  await visitor.page.keyboard.type('An answer')
  const attach = visitor.page.getByTestId('attach')
  await attach.setInputFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('A') }])
  const shown = async () => [
    await visitor.composer.inputValue(),
    await visitor.page.locator('.composer-bar-title').allTextContents(),
    await visitor.page.getByTestId('chosen-file').count(),
  ]
  const whole = ['An answer', ['Reply to Boris'], 1]
  await expect.poll(shown, patient).toEqual(whole)
  await visitor.openChat('Grace')
  await expect.poll(shown, patient).toEqual(['', [], 0])
  await visitor.openChat('Boris')
  await expect.poll(shown, patient).toEqual(whole)
  await visitor.page.reload()
  await visitor.shows('Boris')
  await expect.poll(shown, patient).toEqual(whole)

  network.cut('everything')
  await visitor.composer.press('Enter')
  await visitor.message('An answer').getByTestId('waiting-file').getByText('a.txt').waitFor()
  expect(await shown()).toEqual(['', [], 0])
  network.cut('nothing')
  await visitor.comeBack()
  await visitor.reads(['Hello!', 'An answer'])
  await visitor.message('An answer').getByTestId('file').getByText('a.txt').waitFor()
  await visitor.message('An answer').locator('.quote').getByText('Hello!').waitFor()
  expect(await shown()).toEqual(['', [], 0])
  await visitor.page.context().close()
})

test('V1: a draft is the same in two tabs, and leaves both when it is sent', async () => {
  const { visitor } = await inChat('Emil')
  const tab = await visitor.secondTab()
  await tab.openChat('Boris')
  await visitor.composer.fill('in both')
  await expect.poll(() => tab.composer.inputValue(), patient).toBe('in both')
  await visitor.composer.press('Enter')
  await tab.reads(['Hello!', 'in both'])
  await expect.poll(() => tab.composer.inputValue(), patient).toBe('')
  await visitor.page.context().close()
})

test('V9: a text that is too long stays whole, is counted as the server counts, and is sent in pieces', async () => {
  const { account, visitor } = await inChat('Fred')
  await visitor.composer.fill('👋'.repeat(9_600))
  await visitor.page.getByText('400 characters left').waitFor()
  const words = `${'word '.repeat(1_990)}end. `.repeat(2).trim()
  await visitor.composer.fill(words)
  await visitor.page.getByText(`${words.length - 10_000} characters too many`).waitFor()
  await visitor.composer.press('Enter')
  expect(await visitor.composer.inputValue()).toBe(words)
  await visitor.page.getByRole('button', { name: 'Send as 2 messages' }).click()
  await expect.poll(() => visitor.composer.inputValue(), patient).toBe('')
  const chatId = account.client.replica.chats()[0]?.id ?? ''
  const stored = async () => {
    const { items } = await account.client.call('listMessages', { params: { chat_id: chatId } })
    return items.map((message) => message.text).join(' ')
  }
  await expect.poll(stored, patient).toBe(`Hello! ${words}`)
  await visitor.page.context().close()
})
