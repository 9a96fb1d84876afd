// A real server with the built app, and a real browser in which people use it.
import { fileURLToPath } from 'node:url'
import { Parley, type ParleyClient } from '@parley/client'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { Visitor } from './visitor.ts'

/** Where `npm run build` puts the app. */
export const builtApp = fileURLToPath(new URL('../../packages/web/dist', import.meta.url))

/** Of everyone. */
export const password = 'correct horse battery'

/** Nothing that the browser does by itself disturbs a test. */
const browserArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export interface VisitOptions extends BrowserContextOptions {
  /** The address through which the person comes; the server's own by default. */
  readonly through?: string
}

export interface StageOptions {
  /** Which of them have a port of their own, 0 for a free one. */
  readonly dialects?: Readonly<Record<string, number>>
  /** Bytes that are free for files; those of the disk by default. */
  readonly freeSpace?: () => Promise<number>
  /** The folder of the app that is served; the built one by default. */
  readonly webRoot?: string
}

/** Someone with an account, who acts outside the browser. */
export interface Account {
  readonly username: string
  readonly name: string
  readonly client: ParleyClient
}

export class Stage {
  readonly server: TestServer
  readonly #browser: Browser
  readonly #clients: ParleyClient[] = []

  private constructor(server: TestServer, browser: Browser) {
    this.server = server
    this.#browser = browser
  }

  static async open({ dialects, freeSpace, webRoot = builtApp }: StageOptions = {}): Promise<Stage> {
    const [server, browser] = await Promise.all([
      startTestServer({
        http: { webRoot, checkAnswers: false },
        ...(freeSpace === undefined ? {} : { freeSpace }),
        ...(dialects === undefined ? {} : { dialects: { enabled: [], ports: dialects } }),
      }),
      chromium.launch({
        executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
        args: browserArgs,
      }),
    ])
    return new Stage(server, browser)
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await Promise.all(this.#clients.map((client) => client.close()))
    await this.server.stop()
  }

  /** A new account, logged in through the SDK. The username is the name in small letters. */
  async account(name: string): Promise<Account> {
    const username = name.toLowerCase()
    const client = await Parley.register({ url: this.server.url }, { username, name, password })
    this.#clients.push(client)
    return { username, name, client }
  }

  /** A fresh browser profile with one page in it, not yet on any address. */
  async visitor(options: VisitOptions = {}): Promise<Visitor> {
    const { through = this.server.url, ...others } = options
    const context = await this.#browser.newContext({
      baseURL: through,
      locale: 'en-US',
      viewport: { width: 1280, height: 800 },
      // What a worker hands on cannot be held up by a test.
      serviceWorkers: 'block',
      ...others,
    })
    return new Visitor(await context.newPage())
  }

  /** Someone with an account, in the messenger. */
  async inMessenger(account: Account, options?: VisitOptions): Promise<Visitor> {
    const visitor = await this.visitor(options)
    await visitor.logIn(account.username, password)
    return visitor
  }
}
