// Pages of the app, one after another or side by side, as far as drafts are concerned: with the real client on a server that tests
// command, and with files whose contents come when a test says so.
import { type OutboxStore, Parley, type ParleyClient } from '@parley/client'
import type { Message } from '@parley/protocol'
import { FakeClock } from '../../../../client/src/testing/fake-clock.ts'
import { meId } from '../../../../client/src/testing/fake-rest.ts'
import { FakeServer } from '../../../../client/src/testing/fake-server.ts'
import { idOf, ModelChat } from '../../../../client/src/testing/model-chat.ts'
import { DraftSender } from '../draft-sender.ts'
import { Drafts } from '../drafts.ts'
import { Handover } from '../handover.ts'
import { SharedStorage } from './shared-storage.ts'

/** A store that takes nothing, as in a browser that denies its database. */
export const deniedStore: OutboxStore = {
  all: () => Promise.reject(new Error('denied')),
  put: () => Promise.reject(new Error('denied')),
  delete: () => Promise.reject(new Error('denied')),
}

/** Contents of files. */
class LateFiles {
  readonly contents = new Map<string, Blob>()
  #late: Promise<void> = Promise.resolve()
  #come: () => void = () => undefined

  /** Nothing is given out until `come`. */
  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#late = promise
    this.#come = resolve
  }

  come(): void {
    this.#come()
  }

  async put(_: string, fileId: string, content: Blob): Promise<'storage'> {
    this.contents.set(fileId, content)
    return 'storage'
  }

  async get(_: string, fileId: string): Promise<Blob | undefined> {
    await this.#late
    return this.contents.get(fileId)
  }

  async delete(_: string, fileId: string): Promise<void> {
    this.contents.delete(fileId)
  }
}

export interface DraftPage {
  readonly client: ParleyClient
  readonly drafts: Drafts
  readonly handover: Handover
  readonly sender: DraftSender
}

export class DraftStage {
  readonly chat: ModelChat
  readonly server: FakeServer
  readonly storage = new SharedStorage()
  readonly files = new LateFiles()
  readonly userId = meId
  readonly #clients: ParleyClient[] = []

  private constructor(chat: ModelChat, server: FakeServer) {
    this.chat = chat
    this.server = server
  }

  static async open(): Promise<DraftStage> {
    const chat = new ModelChat(idOf(1), idOf(11), [meId])
    return new DraftStage(chat, await FakeServer.start(chat))
  }

  /** A connected page. Its clock stands still: cut off, it does not come back. */
  async page(outbox: OutboxStore): Promise<DraftPage> {
    const { server } = this
    const client = Parley.open({
      ...{ url: server.url, outbox, clock: new FakeClock(), userId: meId, onError: () => undefined },
      credentials: { kind: 'bearer', accessToken: server.token },
    })
    this.#clients.push(client)
    await client.ready()
    return this.entered(client)
  }

  /** The messenger on a page that has a client already. */
  entered(client: ParleyClient): DraftPage {
    const { storage, files } = this
    const drafts = new Drafts(storage, meId)
    const handover = new Handover({ drafts, files, client })
    return { client, drafts, handover, sender: new DraftSender({ drafts, files, client, handover }) }
  }

  /** The account's, from another device. */
  said(text: string): Message {
    this.chat.send(meId, text)
    const message = this.chat.messages.at(-1)
    if (message === undefined) throw new Error('The model keeps what it is told')
    return message
  }

  /** The texts that the server has. */
  texts(): (string | null)[] {
    return this.chat.messages.map(({ text }) => text)
  }

  /** Keys of the storage: what is begun, and what is noted. */
  keys(): string[] {
    return [...this.storage.items.keys()]
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
    await this.server.stop()
  }
}
