// Hands drafts over to the outbox, which keeps them and sees to the rest: messages with their files, answers, edits. What the
// outbox does not take stays in the draft.
import { type ChatHandle, outboxLimits, type ParleyClient } from '@parley/client'
import { limits } from '@parley/protocol'
import { type DraftFile, type Edit, emptyDraft } from './draft.ts'
import type { DraftFiles, KeptIn } from './draft-files.ts'
import type { Drafts } from './drafts.ts'

interface SenderPorts {
  readonly drafts: Drafts
  readonly files: DraftFiles
  readonly client: Pick<ParleyClient, 'unsent'>
}

/** Why nothing was sent. `lost`: the content of a file is gone with the page that had it in memory. */
export type Refusal = { readonly kind: 'lost'; readonly fileName: string } | { readonly kind: 'full' }

export class DraftSender {
  readonly #ports: SenderPorts
  readonly #busy = new Set<string>()

  constructor(ports: SenderPorts) {
    this.#ports = ports
  }

  /** Puts files into the draft. Says whether they outlive the page. */
  async choose(chatId: string, files: readonly File[]): Promise<KeptIn> {
    let keptIn: KeptIn = 'storage'
    for (const file of files) {
      const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`
      if ((await this.#ports.files.put(chatId, id, file)) === 'memory') keptIn = 'memory'
      const chosen = { id, name: file.name, size: file.size }
      this.#ports.drafts.update(chatId, (draft) => ({ ...draft, files: [...draft.files, chosen] }))
    }
    return keptIn
  }

  removeFile(chatId: string, fileId: string): void {
    this.#ports.drafts.update(chatId, (draft) => ({
      ...draft,
      files: draft.files.filter((file) => file.id !== fileId),
    }))
    void this.#ports.files.delete(chatId, fileId)
  }

  /**
   * Sends the new message or the answer, as several messages if there are more texts or files than one carries. `texts` are the
   * draft's text, in pieces. Resolves with null when the outbox has all of it; otherwise nothing was sent.
   */
  async send(handle: ChatHandle, texts: readonly string[]): Promise<Refusal | null> {
    // Enter pressed twice is one message.
    if (this.#busy.has(handle.id)) return null
    this.#busy.add(handle.id)
    try {
      const { files: chosen } = this.#ports.drafts.get(handle.id)
      const found = chosen.length === 0 ? [] : await this.#contents(handle.id, chosen)
      return 'kind' in found ? found : this.#post(handle, texts, found)
    } finally {
      this.#busy.delete(handle.id)
    }
  }

  /** Takes the edit out of the composer. If the server refuses it, it stays in the outbox with its text. */
  save(handle: ChatHandle, edit: Edit): void {
    handle.edit(edit.messageId, edit.text).catch(() => undefined)
    this.#ports.drafts.handOver(handle.id, (draft) => ({ ...draft, edit: null }))
  }

  #post(handle: ChatHandle, texts: readonly string[], contents: readonly Content[]): Refusal | null {
    if (this.#isFull(contents)) return { kind: 'full' }
    const { drafts, files } = this.#ports
    const { answered, files: chosen } = drafts.get(handle.id)
    const count = Math.max(texts.length, Math.ceil(contents.length / limits.filesPerMessage))
    const sends: Promise<unknown>[] = []
    for (let index = 0; index < count; index += 1) {
      const part = contents.slice(index * limits.filesPerMessage, (index + 1) * limits.filesPerMessage)
      const send = handle.send(texts[index] ?? '', {
        ...(index === 0 ? { replyToId: answered?.messageId ?? null } : {}),
        ...(part.length === 0 ? {} : { files: part }),
      })
      // A refused send stays in the timeline with its reason.
      sends.push(send.catch(() => undefined))
    }
    drafts.handOver(handle.id, ({ edit, putAside }) => ({ ...emptyDraft, edit, putAside }))
    // The outbox has a copy once the sends are settled; until then this one does no harm.
    void Promise.all(sends).then(() => Promise.all(chosen.map(({ id }) => files.delete(handle.id, id))))
    return null
  }

  /** As the outbox would find; asked before anything is sent, so that it takes all or nothing. */
  #isFull(contents: readonly Content[]): boolean {
    if (contents.length === 0) return false
    const waiting = this.#ports.client
      .unsent()
      .flatMap((entry) => (entry.kind === 'message' ? (entry.files ?? []) : []))
    const bytes = [...waiting, ...contents].reduce((sum, { content }) => sum + content.size, 0)
    return bytes > outboxLimits.waitingBytes
  }

  async #contents(chatId: string, chosen: readonly DraftFile[]): Promise<readonly Content[] | Refusal> {
    const contents: Content[] = []
    for (const { id, name } of chosen) {
      const content = await this.#ports.files.get(chatId, id)
      if (content === undefined) return { kind: 'lost', fileName: name }
      contents.push({ name, content })
    }
    return contents
  }
}

interface Content {
  readonly name: string
  readonly content: Blob
}
