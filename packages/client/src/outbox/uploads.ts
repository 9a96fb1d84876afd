// Brings the files of a message to the server before the message: one after the other, each once, however often the sending begins.
import type { UploadCall } from '../http/call.ts'
import type { OutgoingFile } from '../types.ts'
import type { Outbox, Sendable } from './outbox.ts'

export interface UploadsPorts {
  readonly outbox: Outbox
  readonly upload: UploadCall
}

export class Uploads {
  readonly #ports: UploadsPorts
  readonly #underway = new Map<string, Promise<void>>()
  /** Messages whose files were uploaded a second time, because the server had forgotten the first ones. */
  readonly #repeated = new Set<string>()

  constructor(ports: UploadsPorts) {
    this.#ports = ports
  }

  /** Resolves when the server has all files of the entry. Rejects as `uploadFile` does; what was uploaded until then stays so. */
  bring(entry: Sendable): Promise<void> {
    if (entry.kind !== 'message' || entry.files === undefined) return Promise.resolve()
    const known = this.#underway.get(entry.id)
    if (known !== undefined) return known
    const promise = this.#bringAll(entry.id).finally(() => this.#underway.delete(entry.id))
    this.#underway.set(entry.id, promise)
    return promise
  }

  /** The server does not know the files any more: they are uploaded again, once. False if that was done already. */
  again({ id }: Sendable): boolean {
    const files = this.#filesOf(id)
    if (files.length === 0 || this.#repeated.has(id)) return false
    this.#repeated.add(id)
    this.#ports.outbox.uploaded(
      id,
      files.map(({ name, content }) => ({ name, content })),
    )
    return true
  }

  async #bringAll(id: string): Promise<void> {
    const findNext = () => this.#filesOf(id).find(({ fileId }) => fileId === undefined)
    for (let next = findNext(); next !== undefined; next = findNext()) {
      const brought = next
      const form = new FormData()
      form.append('file', brought.content, brought.name)
      const { file } = await this.#ports.upload('uploadFile', form)
      const files = this.#filesOf(id).map((one) => (one === brought ? { ...one, fileId: file.id } : one))
      this.#ports.outbox.uploaded(id, files)
    }
  }

  #filesOf(id: string): readonly OutgoingFile[] {
    const entry = this.#ports.outbox.get(id)
    return entry?.kind === 'message' ? (entry.files ?? []) : []
  }
}
