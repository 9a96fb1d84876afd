// Names and texts that want to be more than text.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

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

test('V6: a name, a title or a text that turns the direction turns nothing around it', async () => {
  const [dora, eve] = await Promise.all([stage.account('Dora'), stage.account('Eve')])
  // Names and titles lose marks that turn the direction; their letters turn it as well.
  const turning = 'שלום עולם'
  await eve.client.call('updateMe', { body: { name: turning, bio: `${turning}\nשלום` } })
  const group = await eve.client.chats.createGroup({
    title: 'קבוצה שלום',
    memberIds: [dora.client.me?.id ?? ''],
  })
  const first = await group.send(`\u202Egnp.exe\u2069 turned`)
  await group.send('plain words', { replyToId: first.id })
  const visitor = await stage.inMessenger(dora)
  await visitor.page.getByTestId('chat-item').click()
  await visitor.message('plain words').waitFor()

  const forwards = (place: string, words: RegExp) => expectForwards(visitor, place, words)
  await forwards('.chat-item-preview', /plain words/)
  await forwards('.chat-item-time', /\d+:\d\d/)
  await forwards('.message-meta time', /\d+:\d\d/)
  await forwards('.conversation-subtitle', /2 members/)
  await visitor.message('plain words').hover()
  await visitor.message('plain words').getByRole('button', { name: 'Reply' }).click()
  await forwards('.composer-bar-title', /Reply to/)
  await forwards('.composer-bar-quote', /plain words/)
  await group.typing()
  await forwards('.conversation-subtitle', /is typing/)
  await forwards('.chat-item-typing', /is typing/)
  await visitor.page.getByRole('button', { name: 'Details' }).click()
  await forwards('.details .person-presence', /2 members/)
  await forwards('.member-role', /owner/)
  // What has no elements has marks of its own: as many ends as beginnings.
  const labels = await visitor.page
    .locator('[aria-label]')
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label') ?? ''))
  const turned = labels.filter((label) => /[\u202Eא-ת]/.test(label))
  expect(turned.length).toBeGreaterThan(2)
  for (const label of turned)
    expect(label).toMatch(/^[^\u2066-\u2069\u202e]*\u2068[^\u2068]*\u2069[^\u2066-\u2069\u202e]*$/)
  expect(visitor.complaints()).toEqual([])
})

/** Waits until these words are in the place, and measures that their last character stands to the right of their first. */
async function expectForwards({ page }: Visitor, place: string, words: RegExp): Promise<void> {
  const measured = () =>
    page.evaluate<string>(`(() => {
      for (const element of document.querySelectorAll(${JSON.stringify(place)})) {
        const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
        for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
          const found = ${words}.exec(node.data)
          if (found === null) continue
          const left = (index) => {
            const range = new Range()
            range.setStart(node, index)
            range.setEnd(node, index + 1)
            return range.getBoundingClientRect().left
          }
          return left(found.index) < left(found.index + found[0].length - 1) ? 'forwards' : 'backwards'
        }
      }
      return 'not there'
    })()`)
  await expect.poll(measured, { ...patient, message: `${place} ${words}` }).toBe('forwards')
}
