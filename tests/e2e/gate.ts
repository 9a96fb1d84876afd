// What one page may reach, while the other pages of the same browser go on: its sockets, its calls over HTTP, or neither.
import type { Page } from 'playwright-core'

/** `sockets`: none gets through, as behind some proxies. `everything`: no network. */
export type Shut = 'nothing' | 'sockets' | 'everything'

/** Sockets go where nobody listens while the gate is shut for them. */
const script = `{
  const Real = WebSocket
  globalThis.gate = { shut: false, open: new Set() }
  globalThis.WebSocket = class extends Real {
    constructor(url) {
      super(gate.shut ? 'ws://127.0.0.1:9/' : url)
      gate.open.add(this)
    }
  }
}`

export class Gate {
  readonly #page: Page
  #shut: Shut

  private constructor(page: Page, shut: Shut) {
    this.#page = page
    this.#shut = shut
  }

  /** Call before the page goes anywhere. */
  static async of(page: Page, shut: Shut = 'nothing'): Promise<Gate> {
    const gate = new Gate(page, shut)
    await page.addInitScript(shut === 'nothing' ? script : `${script}; gate.shut = true`)
    await page.route('**/api/**', (route) =>
      gate.#shut === 'everything' ? route.abort('internetdisconnected') : route.continue(),
    )
    return gate
  }

  async shut(shut: Shut): Promise<void> {
    this.#shut = shut
    await this.#page.evaluate(
      shut === 'nothing'
        ? 'gate.shut = false'
        : 'gate.shut = true; for (const socket of gate.open) socket.close()',
    )
  }
}
