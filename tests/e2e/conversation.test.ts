// Two people who meet in the app and talk.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let anna: Visitor
let boris: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  ;[anna, boris] = await Promise.all([stage.visitor(), stage.visitor()])
  await Promise.all([anna.register('Anna', 'anna', password), boris.register('Boris', 'boris', password)])
})

afterAll(() => stage?.close())

test('two people register, find each other and talk in both directions', async () => {
  await anna.findPerson('bor', 'Boris')
  await anna.say('Hello Boris!')
  await boris.openChat('Anna')
  await boris.reads(['Hello Boris!'])
  await boris.say('Hello Anna!')
  await anna.reads(['Hello Boris!', 'Hello Anna!'])
  await anna.say('A line\nand another')
  await boris.reads(['Hello Boris!', 'Hello Anna!', 'A line\nand another'])
  expect(anna.complaints()).toEqual([])
  expect(boris.complaints()).toEqual([])
})

test('each sees that the other is online, and while they type', async () => {
  await anna.subtitle.getByText('online', { exact: true }).waitFor()
  await boris.subtitle.getByText('online', { exact: true }).waitFor()
  await boris.composer.pressSequentially('well')
  await anna.subtitle.getByText('typing…').waitFor()
  await boris.composer.press('Enter')
  await anna.subtitle.getByText('online', { exact: true }).waitFor()
  await expect.poll(async () => (await anna.texts()).at(-1), patient).toBe('well')
})

test('an own message shows when the other has read it', async () => {
  // Boris leaves only when the server knows what he has read: marks go out a moment after the messages were seen.
  await expect
    .poll(async () => (await anna.lines()).map((line) => line.state), patient)
    .toEqual(['read', 'sent', 'read', 'sent'])
  await boris.page.goto('/messenger')
  await boris.chat('Anna').waitFor()
  await anna.say('Are you there?')
  await expect
    .poll(async () => (await anna.lines()).at(-1), patient)
    .toEqual({ text: 'Are you there?', state: 'sent' })
  await expect.poll(() => boris.badge('Anna').textContent(), patient).toBe('1')
  await boris.openChat('Anna')
  await expect
    .poll(async () => (await anna.lines()).at(-1), patient)
    .toEqual({ text: 'Are you there?', state: 'read' })
})

test('a group is made, and everyone in it hears what is said', async () => {
  await anna.page.getByRole('button', { name: 'New chat' }).click()
  await anna.page.getByRole('tab', { name: 'Group' }).click()
  await anna.page.getByLabel('Name of the group').fill('Weekend plans')
  await anna.page.getByLabel('Name or username').fill('boris')
  await anna.page.getByRole('checkbox', { name: /Boris/ }).check()
  await anna.page.getByRole('button', { name: 'Create group' }).click()
  await anna.shows('Weekend plans')
  await anna.say('Who is coming?')
  await boris.openChat('Weekend plans')
  await boris.reads(['Who is coming?'])
  await boris.say('I am')
  await anna.reads(['Who is coming?', 'I am'])
  await anna.page.locator('.message-name').getByText('Boris').waitFor()
  await anna.subtitle.getByText('2 members, 2 online').waitFor()
})

test('who closes the app is no longer online', async () => {
  await anna.openChat('Boris')
  await anna.subtitle.getByText('online', { exact: true }).waitFor()
  await boris.page.context().close()
  await anna.subtitle.getByText(/last seen/).waitFor()
})

test('U3 U5: a tick says that somebody has read it: who joins gives none, and who leaves takes none', async () => {
  const [clara, dan, eva] = [
    await stage.account('Clara'),
    await stage.account('Dan'),
    await stage.account('Eva'),
  ]
  const idOf = async ({ client }: typeof dan) => (await client.call('getMe')).user.id
  const { id } = await clara.client.chats.createGroup({ title: 'Ticks', memberIds: [await idOf(dan)] })
  const page = await stage.inMessenger(clara)
  await page.openChat('Ticks')
  await page.say('read by one')
  const reading = dan.client.chats.handle(id)
  await expect.poll(() => dan.client.replica.chat(id)?.last_seq, patient).toBe(1)
  reading.markRead(1)
  await page.seesStates({ 'read by one': 'read' })
  await page.say('read by nobody')
  await page.seesStates({ 'read by one': 'read', 'read by nobody': 'sent' })

  await clara.client.call('addMembers', { params: { chat_id: id }, body: { user_ids: [await idOf(eva)] } })
  await page.subtitle.getByText('3 members', { exact: false }).waitFor()
  await page.seesStates({ 'read by one': 'read', 'read by nobody': 'sent' })
  await dan.client.call('removeMember', { params: { chat_id: id, user_id: await idOf(dan) } })
  await page.subtitle.getByText('2 members', { exact: false }).waitFor()
  await page.seesStates({ 'read by one': 'read', 'read by nobody': 'sent' })
  await page.page.context().close()
})
