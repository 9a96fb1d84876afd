// A long history: walked up to its first message, with few rows mounted and nothing moving under the reader's eyes.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

const historyLength = 500
/** A long line now and then, so that rows differ in height. */
const textOf = (count: number): string =>
  count % 7 === 0 ? `Message ${count} ${'goes on and on '.repeat(1 + (count % 5) * 12)}` : `Message ${count}`

let stage: Stage
let reader: Visitor

beforeAll(async () => {
  stage = await Stage.open()
  const [anna, boris] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
  const chat = await boris.client.chats.direct(anna.client.me?.id ?? '')
  const sends = Array.from({ length: historyLength }, (_, index) => chat.send(textOf(index + 1)))
  const newest = (await Promise.all(sends)).at(-1)
  anna.client.chats.handle(chat.id).markRead(newest?.seq ?? 0)
  await vi.waitFor(() => expect(anna.client.replica.chat(chat.id)?.unread_count).toBe(0), patient)
  reader = await stage.inMessenger(anna)
  await reader.openChat('Boris')
  await vi.waitFor(async () => expect((await seqs()).at(-1)).toBe(historyLength), patient)
})

afterAll(() => stage?.close())

test('scrolling up reaches the first of 500 messages without moving what is being read', async () => {
  await reader.page.locator('.timeline-scroller').hover()
  const path: number[] = []
  let mounted = 0
  let moved = 0
  while (path.at(-1) !== 1) {
    const step = await wheelUp()
    path.push(step.firstSeq)
    mounted = Math.max(mounted, step.mounted)
    moved = Math.max(moved, step.moved)
    if (path.length > 200) throw new Error(`the way up does not end: ${path.slice(-10)}`)
  }
  expect(moved).toBeLessThan(3)
  expect(mounted).toBeLessThanOrEqual(80)
  expect(await seqs()).toEqual((await seqs()).toSorted((a, b) => a - b))
  await reader.message('Message 1').waitFor()
})

test('a button leads from far up back to the newest message', async () => {
  await reader.page.getByRole('button', { name: 'To the newest message' }).click()
  await expect.poll(async () => (await seqs()).at(-1), patient).toBe(historyLength)
  expect(await reader.messages.count()).toBeLessThanOrEqual(80)
})

test('an address leads to a message in the middle', async () => {
  const middle = new URL(reader.page.url()).pathname.split('/').slice(0, 3).join('/')
  await reader.page.goto(`${middle}/250`)
  await reader.shows('Boris')
  await reader.page.locator('[data-seq="250"]').waitFor()
  const box = await reader.page.locator('[data-seq="250"]').boundingBox()
  expect(box?.y).toBeGreaterThan(0)
  expect(box?.y).toBeLessThan(800)
})

const seqs = (): Promise<number[]> =>
  reader.messages.evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-seq'))))

interface UpStep {
  readonly firstSeq: number
  readonly mounted: number
  /** Pixels by which the message in the middle of the screen went elsewhere than the wheel took it. */
  readonly moved: number
}

/** Turns the wheel, then watches for some frames: without a turn nothing may move, whatever is loaded meanwhile. */
async function wheelUp(): Promise<UpStep> {
  await reader.page.mouse.wheel(0, -700)
  return reader.page.evaluate<UpStep>(`(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const scroller = document.querySelector('.timeline-scroller')
    const rows = () => [...scroller.querySelectorAll('[data-testid=message]')]
    const topOf = (row) => row.getBoundingClientRect().top
    let former
    do {
      former = scroller.scrollTop
      await frame()
      await frame()
    } while (scroller.scrollTop !== former)
    const middle = scroller.getBoundingClientRect().top + scroller.clientHeight / 2
    const anchor = rows().find((row) => row.getBoundingClientRect().bottom > middle) ?? rows().at(-1)
    const seq = anchor.dataset.seq
    const before = topOf(anchor)
    let moved = 0
    let mounted = 0
    for (let count = 0; count < 12; count += 1) {
      await frame()
      const same = scroller.querySelector('[data-seq="' + seq + '"]')
      moved = Math.max(moved, same === null ? Infinity : Math.abs(topOf(same) - before))
      mounted = Math.max(mounted, rows().length)
    }
    return { firstSeq: Number(rows()[0].dataset.seq), mounted, moved }
  })()`)
}
