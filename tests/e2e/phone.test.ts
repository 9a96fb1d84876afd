// The app on a phone: one column at a time.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './stage.ts'
import { patient } from './visitor.ts'

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open()
})

afterAll(() => stage?.close())

test('a phone shows the list, then the chat, and leads back', async () => {
  const [anna, boris] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
  const chat = await boris.client.chats.direct(anna.client.me?.id ?? '')
  await chat.send('Are you on your way?')
  const phone = await stage.inMessenger(anna, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  const list = phone.page.getByRole('navigation', { name: 'Chat list' })
  await list.waitFor()
  expect(await phone.composer.isVisible()).toBe(false)

  await phone.chat('Boris').tap()
  await phone.shows('Boris')
  await phone.reads(['Are you on your way?'])
  expect(await list.isVisible()).toBe(false)
  await phone.composer.fill('Two minutes')
  await phone.page.getByRole('button', { name: 'Send', exact: true }).tap()
  const heard = () => boris.client.replica.chat(chat.id)?.last_message?.text
  await expect.poll(heard, patient).toBe('Two minutes')
  await phone.reads(['Are you on your way?', 'Two minutes'])
  expect(await phone.page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)

  await phone.page.getByRole('link', { name: 'Back to the chat list' }).tap()
  await list.waitFor()
  await expect.poll(() => phone.composer.count(), patient).toBe(0)
  await phone.chat('Boris').getByText('Two minutes').waitFor()
  await phone.page.goBack()
  await phone.shows('Boris')
  await phone.page.goBack()
  await list.waitFor()
  expect(phone.complaints()).toEqual([])
})
