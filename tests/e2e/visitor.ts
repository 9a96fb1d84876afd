// A person at a page of the app: what they do there, and what they see.
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** For `expect.poll`: how long a person would wait. */
export const patient = { timeout: 20_000, interval: 50 }

/** A message as it is shown. */
export interface Line {
  readonly text: string
  readonly state: string
}

/** What the tests' own tool says where it keeps the service worker away (`Stage.visitor`). */
const workerBlocked = 'Service Worker registration blocked by Playwright'

export class Visitor {
  readonly page: Page
  readonly composer: Locator
  readonly messages: Locator
  readonly divider: Locator
  readonly subtitle: Locator
  readonly #complaints: string[] = []

  constructor(page: Page) {
    this.page = page
    this.composer = page.getByTestId('composer')
    this.messages = page.getByTestId('message')
    this.divider = page.getByTestId('unread-divider')
    this.subtitle = page.locator('.conversation-subtitle')
    page.setDefaultTimeout(patient.timeout)
    page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      if (message.text() !== workerBlocked) this.#complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.#complaints.push(error.message))
  }

  /** What the browser complained about so far: scripts that failed, rules that were broken. */
  complaints(): readonly string[] {
    return this.#complaints
  }

  async register(name: string, username: string, password: string): Promise<void> {
    await this.page.goto('/register')
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByLabel('Username').fill(username)
    await this.page.getByLabel('Password', { exact: true }).fill(password)
    await this.page.getByRole('button', { name: 'Create account' }).click()
    await this.arrived()
  }

  async logIn(username: string, password: string): Promise<void> {
    await this.page.goto('/login')
    await this.page.locator('input[name=login]').fill(username)
    await this.page.locator('input[name=password]').fill(password)
    await this.page.keyboard.press('Enter')
    await this.arrived()
  }

  /** Waits until the messenger is connected. */
  async arrived(): Promise<void> {
    await this.page
      .locator('[data-testid=connection-state][data-status=ready]')
      .waitFor({ state: 'attached' })
  }

  /** A new tab of the same browser, in the messenger. */
  async secondTab(): Promise<Visitor> {
    const tab = new Visitor(await this.page.context().newPage())
    await tab.page.goto('/messenger')
    await tab.arrived()
    return tab
  }

  /** The message that has exactly this text. */
  message(text: string): Locator {
    return this.messages.filter({ has: this.page.getByText(text, { exact: true }) })
  }

  chat(title: string): Locator {
    const named = this.page.locator('.chat-item-title').getByText(title, { exact: true })
    return this.page.getByTestId('chat-item').filter({ has: named })
  }

  badge(title: string): Locator {
    return this.chat(title).locator('.badge > [aria-hidden]')
  }

  async openChat(title: string): Promise<void> {
    await this.chat(title).click()
    await this.shows(title)
  }

  /** Waits until the conversation is open and its messages stand where they belong. */
  async shows(title: string): Promise<void> {
    await this.page.locator('.conversation-title').getByText(title, { exact: true }).waitFor()
    await this.page.locator('.timeline-scroller[data-settled]').waitFor()
  }

  /** Finds a person by the search and opens the chat with them. */
  async findPerson(query: string, name: string): Promise<void> {
    await this.page.getByLabel('Search chats and people').fill(query)
    await this.page.getByRole('button', { name }).click()
    await this.shows(name)
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  /** The mounted messages from top to bottom. */
  async lines(): Promise<Line[]> {
    return this.messages.evaluateAll((rows) =>
      rows.map((row) => {
        const text = row.querySelector('.message-text')
        const parts = [...(text?.children ?? [])].filter((part) => !part.classList.contains('message-meta'))
        return {
          text: parts.map((part) => part.textContent).join(''),
          state: row.getAttribute('data-state') ?? '',
        }
      }),
    )
  }

  async texts(): Promise<string[]> {
    return (await this.lines()).map((line) => line.text)
  }

  /** Waits until exactly these messages are shown. */
  async reads(texts: readonly string[]): Promise<void> {
    await expect.poll(() => this.texts(), patient).toEqual(texts)
  }

  /** Waits until exactly these messages are shown, each in its state. */
  async seesStates(texts: Readonly<Record<string, string>>): Promise<void> {
    const wanted = Object.entries(texts).map(([text, state]) => ({ text, state }))
    await expect.poll(() => this.lines(), patient).toEqual(wanted)
  }

  /** Waits until the app is connected again, asking it to hurry while it pauses between attempts. */
  async comeBack(): Promise<void> {
    const hurry = this.page.locator('.connection-banner').getByRole('button', { name: 'Try now' })
    const state = this.page.getByTestId('connection-state')
    await expect
      .poll(async () => {
        if (await hurry.isVisible()) await hurry.click({ timeout: 1000 }).catch(() => undefined)
        return state.getAttribute('data-status')
      }, patient)
      .toBe('ready')
  }
}
