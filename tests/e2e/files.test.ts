// Files and avatars in the app.
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { picture } from '../../packages/server/test/file-samples.ts'
import { type Account, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

let stage: Stage
let grace: Account
let anna: Visitor
let boris: Visitor
/** Bytes that are free on the server's disk. */
let free = Number.MAX_SAFE_INTEGER

beforeAll(async () => {
  stage = await Stage.open({ freeSpace: async () => free })
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

test('F11: a large picture has its place before it was read, and is shown in it when it was', async () => {
  const { ports } = stage.server.app
  const { me } = grace.client
  const content = await picture('png', { width: 900, height: 600 })
  const id = ports.ids.next()
  await ports.fileStore.put(id, 'original', Readable.from([content]), content.length)
  const file = { id, ownerId: me?.id ?? '', name: 'hill.png', mediaType: 'image/png', size: 9_000_000 }
  await ports.storage.stores.files.insert(
    { ...file, dimensions: { width: 900, height: 600 }, awaitsPreview: true, createdAt: new Date() },
    null,
  )
  const chat = await grace.client.chats.direct((await idOf('boris')) ?? '')
  await chat.send('', { fileIds: [id] })
  await boris.openChat('Grace')
  const place = boris.page.getByRole('img', { name: 'Picture: hill.png' })
  await place.scrollIntoViewIfNeeded()
  const before = await place.boundingBox()
  expect(before).toMatchObject({ width: 320, height: 213 })
  expect(await boris.page.locator('img[alt="Picture: hill.png"]').count()).toBe(0)
  ports.previews.wanted(file.ownerId)
  await expect
    .poll(() => place.evaluate((image: { naturalWidth?: number }) => image.naturalWidth), patient)
    .toBe(640)
  expect(await place.boundingBox()).toEqual(before)
  expect(boris.complaints()).toEqual([])
})

test('F12: whoever sends more files than they may keep is told so', async () => {
  const carla = await stage.visitor()
  const { page } = carla
  await page.route('**/api/v1/files', (route) =>
    route.fulfill({
      status: 413,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        ...{ type: 'about:blank', title: 'x', status: 413, detail: 'x', code: 'quota_exceeded' },
        ...{ retryable: false, request_id: 'x' },
      }),
    }),
  )
  await carla.register('Carla', 'carla', password)
  await carla.findPerson('bor', 'Boris')
  await page
    .getByTestId('attach')
    .setInputFiles([{ name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }])
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('Your files take all the room that you have.', { exact: false }).waitFor()
})

test('K10: a message whose file the server has no room for says so, also after a reload, until it is sent or given up', async () => {
  const dora = await stage.visitor()
  await dora.register('Dora', 'dora', password)
  await dora.findPerson('bor', 'Boris')
  const say = async (text: string) => {
    const file = { name: 'x.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }
    await dora.page.getByTestId('attach').setInputFiles([file])
    await expect.poll(() => dora.page.getByTestId('chosen-file').count(), patient).toBe(1)
    await dora.say(text)
  }
  const waits = dora.page.getByTestId('delayed')
  const reason = waits.getByText('Waiting: the server has no room for files.')
  free = 0
  await say('first')
  await reason.waitFor()
  await dora.say('second')
  await dora.seesStates({ first: 'pending', second: 'pending' })
  await dora.page.reload()
  await dora.shows('Boris')
  await reason.waitFor()
  const asked = dora.page.waitForResponse((response) => response.status() === 507)
  await waits.getByRole('button', { name: 'Try now' }).click()
  await asked
  await reason.waitFor()
  free = Number.MAX_SAFE_INTEGER
  await waits.getByRole('button', { name: 'Try now' }).click()
  await dora.seesStates({ first: 'sent', second: 'sent' })
  expect(await waits.count()).toBe(0)

  free = 0
  await say('third')
  await reason.waitFor()
  await dora.say('fourth')
  await waits.getByRole('button', { name: 'Discard' }).click()
  await dora.seesStates({ first: 'sent', second: 'sent', fourth: 'sent' })
  free = Number.MAX_SAFE_INTEGER
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
