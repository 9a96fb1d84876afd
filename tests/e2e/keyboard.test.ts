// Everything with the keyboard alone: no test here touches the mouse.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let boris: Account
let anna: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  const [account, other] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
  boris = other
  const chat = await boris.client.chats.direct(account.client.me?.id ?? '')
  await chat.send('Hello Anna!')
  anna = await stage.visitor()
})

afterAll(() => stage?.close())

test('one gets from the start page to a sent message by keyboard', async () => {
  await anna.page.goto('/')
  await tabTo('link', 'Log in')
  await anna.page.keyboard.press('Enter')
  await anna.page.locator('input[name=login]').waitFor()
  await tabTo('textbox', 'Username or e-mail')
  await anna.page.keyboard.type('anna')
  await anna.page.keyboard.press('Tab')
  await anna.page.keyboard.type(password)
  await anna.page.keyboard.press('Enter')
  await anna.arrived()
  await anna.page.keyboard.press('Control+k')
  await anna.page.keyboard.type('boris')
  await anna.chat('Boris').waitFor()
  await anna.page.keyboard.press('ArrowDown')
  await anna.page.keyboard.press('Enter')
  await anna.shows('Boris')
  await expect.poll(focused, patient).toBe('textarea: Message')
  await anna.page.keyboard.type('Hello')
  await anna.page.keyboard.press('Shift+Enter')
  await anna.page.keyboard.type('Boris')
  await anna.page.keyboard.press('Enter')
  await anna.seesStates({ 'Hello Anna!': 'sent', 'Hello\nBoris': 'sent' })
})

test('the arrow up edits the last own message, and Escape leaves it as it was', async () => {
  await anna.page.keyboard.press('ArrowUp')
  await expect.poll(focused, patient).toBe('textarea: Edit message')
  await expect.poll(() => anna.composer.inputValue(), patient).toBe('Hello\nBoris')
  await anna.page.keyboard.type('!')
  await anna.page.keyboard.press('Enter')
  await anna.reads(['Hello Anna!', 'Hello\nBoris!'])
  await anna.message('Hello\nBoris!').getByText('edited').waitFor()
  await anna.page.keyboard.press('ArrowUp')
  await expect.poll(() => anna.composer.inputValue(), patient).toBe('Hello\nBoris!')
  await anna.page.keyboard.type(' Not this')
  await anna.page.keyboard.press('Escape')
  await expect.poll(() => anna.composer.inputValue(), patient).toBe('')
  await anna.reads(['Hello Anna!', 'Hello\nBoris!'])
})

test('a message is answered through its menu by keyboard', async () => {
  await anna.page.keyboard.press('Shift+Tab')
  await focusRow()
  await anna.page.keyboard.press('ArrowUp')
  await expect.poll(focusedText, patient).toContain('Hello Anna!')
  await anna.page.keyboard.press('Enter')
  await anna.page.getByRole('menuitem', { name: 'Reply' }).waitFor()
  await expect.poll(focusedRole, patient).toMatch(/^menu/)
  await anna.page.keyboard.press('Home')
  await expect.poll(focusedText, patient).toBe('Reply')
  await anna.page.keyboard.press('Enter')
  await expect.poll(focused, patient).toBe('textarea: Message')
  await anna.page.keyboard.type('An answer')
  await anna.page.keyboard.press('Enter')
  await anna.messages
    .filter({ has: anna.page.locator('.quote') })
    .getByText('An answer')
    .waitFor()
})

test('Escape closes a dialog and gives the focus back to what opened it', async () => {
  for (const [opener, title] of [
    ['New chat', 'New chat'],
    ['Settings', 'Settings'],
  ] as const) {
    await anna.page.getByRole('button', { name: opener, exact: true }).focus()
    await anna.page.keyboard.press('Enter')
    await anna.page.getByRole('dialog', { name: title }).waitFor()
    await expect.poll(() => anna.page.locator('[role=dialog] :focus').count(), patient).toBe(1)
    await anna.page.keyboard.press('Escape')
    await anna.page.getByRole('dialog', { name: title }).waitFor({ state: 'detached' })
    await expect.poll(focused, patient).toBe(`button: ${opener}`)
  }
})

test('Ctrl+K leads to the search from anywhere, and Escape empties it', async () => {
  await anna.composer.focus()
  await anna.page.keyboard.press('Control+k')
  await expect.poll(focused, patient).toBe('input: Search chats and people')
  await anna.page.keyboard.type('bor')
  await anna.page.keyboard.press('Escape')
  expect(await anna.page.getByLabel('Search chats and people').inputValue()).toBe('')
  expect(anna.complaints()).toEqual([])
})

const ask = (expression: string): Promise<string> => anna.page.evaluate<string>(expression)
const focused = () =>
  ask(
    "document.activeElement.tagName.toLowerCase() + ': ' + (document.activeElement.getAttribute('aria-label') ?? '')",
  )
const focusedText = () => ask('document.activeElement.textContent')
const focusedRole = () => ask("document.activeElement.getAttribute('role') ?? ''")

/** Presses Tab until the element has the focus, as someone without a mouse would. */
async function tabTo(role: 'link' | 'textbox', name: string): Promise<void> {
  const target = anna.page.getByRole(role, { name, exact: true }).first()
  await target.waitFor()
  await tabUntil('Tab', () => target.evaluate((element) => element.matches(':focus')))
}

/** Goes back from the composer to the row of the timeline that the Tab key reaches. */
const focusRow = () => tabUntil('Shift+Tab', async () => (await focused()).startsWith('article'))

async function tabUntil(key: string, reached: () => Promise<boolean>): Promise<void> {
  for (let count = 0; !(await reached()); count += 1) {
    if (count > 20) throw new Error(`${key} does not lead there`)
    await anna.page.keyboard.press(key)
  }
}
