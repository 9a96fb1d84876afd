// A8 A9 in the app: somebody deletes their account by keyboard, and somebody else sees what is left.
import { limits } from '@parley/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Account, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let anna: Visitor
let account: Account
let boris: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  const other = await stage.account('Boris')
  account = await stage.account('Anna')
  const chat = await account.client.chats.direct(other.client.me?.id ?? '')
  await chat.send('I was here')
  anna = await stage.inMessenger(account)
  boris = await stage.inMessenger(other)
})

afterAll(() => stage?.close())

const focusedText = () => anna.page.evaluate<string>('document.activeElement.textContent')
const focusedType = () => anna.page.evaluate<string>("document.activeElement.getAttribute('type') ?? ''")

test('V9: a field takes the length that the server takes, and says what is too much without cutting it', async () => {
  const { page } = anna
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  const describedAs = async () => {
    const ids = (await name.getAttribute('aria-describedby')) ?? ''
    const texts = await Promise.all(ids.split(' ').map((id) => page.locator(`[id="${id}"]`).textContent()))
    return texts.join()
  }
  const tooLong = '🚀'.repeat(limits.nameMax + 2)
  await name.fill(tooLong)
  expect([await name.inputValue(), await name.getAttribute('aria-invalid')]).toEqual([tooLong, 'true'])
  expect(await describedAs()).toBe('2 characters too many')
  await page.getByRole('button', { name: 'Save' }).click()
  expect(await page.evaluate('document.activeElement.value')).toBe(tooLong)
  expect(account.client.me?.name).not.toContain('🚀')
  const full = '🚀'.repeat(limits.nameMax - 1)
  await name.fill(full)
  expect(await describedAs()).toBe('1 character left')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved').waitFor()
  await expect.poll(() => account.client.me?.name, patient).toBe(full)
  await name.fill('Anna')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => account.client.me?.name, patient).toBe('Anna')
  await page.keyboard.press('Escape')
})

test('A8: an account is deleted by keyboard, with the password and only with it', async () => {
  const { page } = anna
  await page.getByRole('button', { name: 'Settings', exact: true }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('tab', { name: 'Profile' }).focus()
  for (const name of ['Appearance', 'Password', 'Sessions', 'Account']) {
    await page.keyboard.press('ArrowDown')
    await expect.poll(focusedText, patient).toBe(name)
  }
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Delete account' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(focusedType, patient).toBe('password')
  await page.getByRole('button', { name: 'Cancel' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(focusedText, patient).toBe('Delete account')
  await page.keyboard.press('Enter')
  await expect.poll(focusedType, patient).toBe('password')
  await page.keyboard.type('a wrong password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('The current password is wrong').waitFor()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.locator('input[name=login]').waitFor()
  expect(await page.getByText('Your session has ended').count()).toBe(0)
  await page.locator('input[name=login]').fill('anna')
  await page.locator('input[name=password]').fill(password)
  await page.keyboard.press('Enter')
  await page.getByText('The login or the password is wrong.').waitFor()
})

test('A9: the other sees a deleted account, and the messages', async () => {
  await boris.openChat('Deleted account')
  await boris.reads(['I was here'])
  await boris.page.getByLabel('Search chats and people').fill('anna')
  await boris.page.getByText('Nothing found').waitFor()
  expect(boris.complaints()).toEqual([])
})

test('A3: a password that is easily guessed is refused in words, where an account is made and where it is changed', async () => {
  const { page } = await stage.visitor()
  await page.goto('/register')
  await page.getByLabel('Username').fill('clara')
  await page.getByLabel('Password', { exact: true }).fill('password123')
  await page.getByText('A few words are fine').waitFor()
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('alert').getByText('This password is too easy to guess.').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.getByRole('tab', { name: 'Password' }).click()
  await page.getByLabel('Current password', { exact: true }).fill(password)
  await page.getByLabel('New password', { exact: true }).fill('Clara1234')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByRole('alert').getByText('This password is too easy to guess.').waitFor()
})
