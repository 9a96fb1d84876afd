// Files and avatars in the app.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picture } from '../../packages/server/test/file-samples.ts'
import { type Account, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let grace: Account
let anna: Visitor
let boris: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  ;[anna, boris, grace] = await Promise.all([stage.visitor(), stage.visitor(), stage.account('Grace')])
  await Promise.all([anna.register('Anna', 'anna', password), boris.register('Boris', 'boris', password)])
})

afterAll(() => stage?.close())

test('files that are chosen are sent, and the other sees the picture and opens the document', async () => {
  await anna.findPerson('bor', 'Boris')
  await anna.page.getByTestId('attach').setInputFiles([
    { name: 'sea.png', mimeType: 'image/png', buffer: await picture('png', { width: 900, height: 600 }) },
    { name: 'письмо.txt', mimeType: 'text/plain', buffer: Buffer.from('Привет') },
  ])
  await expect.poll(() => anna.page.getByTestId('chosen-file').count(), patient).toBe(2)
  await anna.composer.press('Enter')
  await boris.openChat('Anna')
  const files = boris.page.getByTestId('file')
  await expect.poll(() => files.count(), patient).toBe(2)
  const shown = boris.page.getByRole('img', { name: 'Picture: sea.png' })
  await shown.scrollIntoViewIfNeeded()
  await expect
    .poll(() => shown.evaluate((image: { naturalWidth: number }) => image.naturalWidth), patient)
    .toBe(640)
  expect(await shown.boundingBox()).toMatchObject({ width: 320 })
  const [download] = await Promise.all([boris.page.waitForEvent('download'), files.last().click()])
  expect(download.suggestedFilename()).toBe('письмо.txt')
  await anna.page.getByRole('link', { name: 'Boris' }).getByText('sea.png, письмо.txt').waitFor()
  expect(anna.complaints()).toEqual([])
  expect(boris.complaints()).toEqual([])
})

test('a person is shown by their picture as soon as they have one', async () => {
  await grace.client.setAvatar(new Blob([await picture('png', { width: 300, height: 300 })]))
  const chat = await grace.client.chats.direct((await idOf('boris')) ?? '')
  await chat.send('Hello')
  const face = boris.page.getByRole('link', { name: 'Grace' }).locator('.avatar-picture')
  await expect
    .poll(() => face.evaluate((image: { naturalWidth: number }) => image.naturalWidth), patient)
    .toBe(256)
  await grace.client.call('removeAvatar')
  await expect.poll(() => face.count(), patient).toBe(0)
  expect(boris.complaints()).toEqual([])
})

async function idOf(username: string): Promise<string | undefined> {
  const { items } = await grace.client.call('listUsers', { query: { query: username } })
  return items.find((user) => user.username === username)?.id
}
