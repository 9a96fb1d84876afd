// Names and texts that want to be more than text.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './stage.ts'
import { patient } from './visitor.ts'

const image = '<img src=x onerror="window.stolen=1">'
const name = `${image}Mallory`
const title = `<script>window.stolen=2</script> & <b>friends</b>`
const texts = [
  image,
  '<script>window.stolen=3</script>',
  '<svg/onload=window.stolen=4>',
  '<iframe srcdoc="<script>parent.stolen=5</script>"></iframe>',
  'javascript:window.stolen=6',
  'javascript://example.org/%0Awindow.stolen=7',
  '[click me](javascript:window.stolen=8)',
  'https://example.org/"onmouseover="window.stolen=9',
  'data:text/html,<script>window.stolen=10</script>',
  '{{constructor.constructor("window.stolen=11")()}}',
  '\u202Egnp.exe \uFFFE',
]

let stage: Stage

beforeAll(async () => {
  stage = await Stage.open()
})

afterAll(() => stage?.close())

test('hostile names, titles and texts are shown as they were written, and no script of theirs runs', async () => {
  const [anna, mallory] = await Promise.all([stage.account('Anna'), stage.account('Mallory')])
  await mallory.client.call('updateMe', { body: { name, bio: texts.join('\n') } })
  const group = await mallory.client.chats.createGroup({
    title,
    memberIds: [anna.client.me?.id ?? ''],
    posting: 'everyone',
    visibility: 'private',
  })
  for (const text of texts) await group.send(text)
  const visitor = await stage.inMessenger(anna)
  await visitor.openChat(title)
  await visitor.reads(texts)
  await visitor.page.locator('.message-name').getByText(name, { exact: true }).waitFor()

  await visitor.page.getByRole('button', { name: 'Details' }).click()
  await visitor.page.locator('.details').getByText(name, { exact: true }).click()
  await visitor.page.getByRole('dialog').getByText('window.stolen=10').waitFor()
  await visitor.page.keyboard.press('Escape')
  await visitor.page.getByRole('dialog').waitFor({ state: 'detached' })
  await mallory.client.chats.handle(group.id).typing()
  await visitor.page.getByText(`${name} is typing…`).first().waitFor()
  await visitor.page.getByLabel('Search chats and people').fill('mallory')
  await visitor.page.locator('.search-results').getByText(name, { exact: true }).waitFor()

  const addresses = await visitor.messages
    .locator('a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
  expect(addresses.length).toBeGreaterThan(0)
  expect(addresses.filter((address) => !/^(https?:\/\/|mailto:)/.test(address))).toEqual([])
  expect(await visitor.page.locator('img[src=x], iframe, [onerror], [onmouseover]').count()).toBe(0)
  expect(await visitor.page.evaluate('window.stolen')).toBeUndefined()
  await expect.poll(() => visitor.complaints(), patient).toEqual([])
})
