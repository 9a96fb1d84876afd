// What axe, the checker of accessibility rules, says of every view, in both themes and both languages.
import { AxeBuilder } from '@axe-core/playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Account, password, Stage } from './stage.ts'
import { patient, type Visitor } from './visitor.ts'

const looks = [
  { colorScheme: 'light', locale: 'en-US' },
  { colorScheme: 'dark', locale: 'en-US' },
  { colorScheme: 'light', locale: 'ru-RU' },
  { colorScheme: 'dark', locale: 'ru-RU' },
] as const

let stage: Stage
let anna: Account

beforeAll(async () => {
  stage = await Stage.open()
  const [account, boris] = await Promise.all([stage.account('Anna'), stage.account('Boris')])
  anna = account
  const [toAnna, toBoris] = await Promise.all([
    boris.client.chats.direct(anna.client.me?.id ?? ''),
    anna.client.chats.direct(boris.client.me?.id ?? ''),
  ])
  const question = await toAnna.send('Have you seen https://example.org/report ?')
  await toBoris.send('Yes', { replyToId: question.id })
  const wrong = await toBoris.send('No')
  await toBoris.delete(wrong.id)
  const group = await boris.client.chats.createGroup({
    title: 'Weekend plans',
    memberIds: [anna.client.me?.id ?? ''],
    posting: 'everyone',
    visibility: 'public',
  })
  await group.send('Who is coming?')
  await group.send('🎉')
})

afterAll(() => stage?.close())

describe.each(looks)('in $locale and $colorScheme', (look) => {
  test('the pages before the login', async () => {
    const visitor = await stage.visitor(look)
    for (const path of ['/', '/login', '/register']) {
      await visitor.page.goto(path)
      await visitor.page.getByRole('heading', { level: 1 }).waitFor()
      expect(await violations(visitor), path).toEqual([])
    }
    await visitor.page.locator('button[type=submit]').click()
    await visitor.page.locator('[aria-invalid]').first().waitFor()
    expect(await violations(visitor), 'refused registration').toEqual([])
    await visitor.page.context().close()
  })

  test('the messenger with its chats, panels and dialogs', async () => {
    const visitor = await stage.visitor(look)
    await visitor.logIn(anna.username, password)
    await visitor.openChat('Boris')
    await visitor.messages.last().waitFor()
    await visitor.page.evaluate(quotesOfAllColours)
    expect(await violations(visitor), 'a direct chat').toEqual([])
    await visitor.openChat('Weekend plans')
    await visitor.messages.last().waitFor()
    await visitor.page.locator('.conversation-details').click()
    await visitor.page.locator('.members li').nth(1).waitFor()
    expect(await violations(visitor), 'a group with its details').toEqual([])
    await visitor.page.locator('.search-input').fill('boris')
    await visitor.page.locator('.search-results .found').waitFor()
    expect(await violations(visitor), 'search results').toEqual([])
    await visitor.page.locator('.search-input').fill('')
    await dialogs(visitor)
    await visitor.page.context().close()
  })
})

async function dialogs(visitor: Visitor): Promise<void> {
  const { page } = visitor
  const dialog = page.getByRole('dialog')
  for (const [opener, what] of [
    ['.sidebar-header > :last-child', 'a new chat'],
    ['.sidebar-me', 'the settings'],
  ] as const) {
    await page.locator(opener).click()
    await dialog.waitFor()
    for (const tab of await dialog.getByRole('tab').all()) {
      await tab.click()
      // While one panel leaves, the next is there already.
      await dialog.getByRole('tabpanel').last().waitFor()
      expect(await violations(visitor), `${what}: ${await tab.textContent()}`).toEqual([])
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await visitor.messages.last().click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  expect(await violations(visitor), 'the menu of a message').toEqual([])
}

/** People's colours follow from their ids, which are new in every run: each quote is shown in all of them. */
const quotesOfAllColours = `document.querySelectorAll('.quote').forEach((quote) => {
  for (let colour = 0; colour < 8; colour += 1) {
    const copy = quote.cloneNode(true)
    copy.dataset.colour = colour
    quote.after(copy)
  }
})`

/** Counts what is on its way to its final look; what turns for ever does not count. */
const fading = `document.getAnimations().filter(({ playState, effect }) =>
  playState === 'running' && effect.getComputedTiming().iterations !== Infinity).length`

/** The rules that the page breaks, each with where. Colours are judged once nothing fades any more. */
async function violations({ page }: Visitor): Promise<string[]> {
  await expect.poll(() => page.evaluate(fading), patient).toBe(0)
  // A guard at the edge of a menu hands the focus on at once: nobody ever stands on it.
  const builder = new AxeBuilder({ page }).setLegacyMode().exclude('[data-base-ui-focus-guard]')
  const { violations: found } = await builder.analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  )
}
