// Hands drafts over: texts and answers to the outbox, files to the server first, edits to the server. A draft goes when what
// it became is safe; until then it is there to be tried again. What is under way goes on when the person looks at another chat.
import type { ChatHandle, ParleyClient } from '@parley/client'
import { limits } from '@parley/protocol'
import { errorCode } from '../client/error-code.ts'
import { discardEdit, type Edit, emptyDraft, saveEdit, settleEdit } from './draft.ts'
import type { DraftFiles, KeptIn } from './draft-files.ts'
import type { Drafts } from './drafts.ts'

export type Sending =
  | { readonly status: 'idle' }
  | { readonly status: 'uploading'; readonly done: number }
  | { readonly status: 'failed'; readonly code: string; readonly fileName: string }

const idle: Sending = { status: 'idle' }

/** The content of a chosen file is gone with the page that had it in memory. */
export const fileLost = 'file_lost'

interface SenderPorts {
  readonly drafts: Drafts
  readonly files: DraftFiles
  readonly client: Pick<ParleyClient, 'uploadFile'>
}

export class DraftSender {
  readonly #ports: SenderPorts
  readonly #states = new Map<string, Sending>()
  readonly #listeners = new Set<() => void>()

  constructor(ports: SenderPorts) {
    this.#ports = ports
  }

  state(chatId: string): Sending {
    return this.#states.get(chatId) ?? idle
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Puts files into the draft. Says whether they outlive the page. */
  async choose(chatId: string, files: readonly File[]): Promise<KeptIn> {
    let keptIn: KeptIn = 'storage'
    for (const file of files) {
      const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`
      if ((await this.#ports.files.put(chatId, id, file)) === 'memory') keptIn = 'memory'
      const chosen = { id, name: file.name, size: file.size, uploadedId: null }
      this.#ports.drafts.update(chatId, (draft) => ({ ...draft, files: [...draft.files, chosen] }))
    }
    this.#set(chatId, idle)
    return keptIn
  }

  removeFile(chatId: string, fileId: string): void {
    this.#ports.drafts.update(chatId, (draft) => ({
      ...draft,
      files: draft.files.filter((file) => file.id !== fileId),
    }))
    this.#set(chatId, idle)
    void this.#ports.files.delete(chatId, fileId)
  }

  /**
   * Sends the new message or the answer, as several messages if there are more texts or files than one carries. Resolves with
   * whether it is in the outbox. `texts` are the draft's text, in pieces.
   */
  async send(handle: ChatHandle, texts: readonly string[]): Promise<boolean> {
    const { drafts, files } = this.#ports
    if (this.state(handle.id).status === 'uploading') return false
    const { answered, files: chosen } = drafts.get(handle.id)
    const fileIds = chosen.length === 0 ? [] : await this.#upload(handle.id)
    if (fileIds === null) return false
    const replyToId = answered?.messageId ?? null
    // A refused send stays in the timeline with its reason.
    const post = (text: string, options: { replyToId?: string | null; fileIds?: readonly string[] }) =>
      void handle.send(text, options).catch(() => undefined)
    const count = Math.max(texts.length, Math.ceil(fileIds.length / limits.filesPerMessage))
    for (let index = 0; index < count; index += 1) {
      const ids = fileIds.slice(index * limits.filesPerMessage, (index + 1) * limits.filesPerMessage)
      post(texts[index] ?? '', {
        ...(index === 0 ? { replyToId } : {}),
        ...(ids.length > 0 ? { fileIds: ids } : {}),
      })
    }
    drafts.handOver(handle.id, ({ edit, unsaved }) => ({ ...emptyDraft, edit, unsaved }))
    for (const file of chosen) void files.delete(handle.id, file.id)
    this.#set(handle.id, idle)
    return true
  }

  /** Takes the edit out of the composer. Refused or unanswered it stays in the draft, with its text. */
  save(handle: ChatHandle, edit: Edit): void {
    const { drafts } = this.#ports
    drafts.update(handle.id, (draft) => saveEdit(draft, edit))
    handle.edit(edit.messageId, edit.text).then(
      () => drafts.update(handle.id, (draft) => settleEdit(draft, edit, null)),
      (error: unknown) => drafts.update(handle.id, (draft) => settleEdit(draft, edit, errorCode(error))),
    )
  }

  discard(chatId: string, messageId: string): void {
    this.#ports.drafts.update(chatId, (draft) => discardEdit(draft, messageId))
  }

  /** The ids of all files, in order, or null if one could not be uploaded; what was uploaded is not uploaded again. */
  async #upload(chatId: string): Promise<readonly string[] | null> {
    const { drafts } = this.#ports
    const { files: chosen } = drafts.get(chatId)
    const ids: string[] = []
    for (const file of chosen) {
      this.#set(chatId, { status: 'uploading', done: ids.length })
      try {
        const uploadedId = file.uploadedId ?? (await this.#uploadOne(chatId, file.id, file.name))
        ids.push(uploadedId)
        drafts.update(chatId, (draft) => ({
          ...draft,
          files: draft.files.map((other) => (other.id === file.id ? { ...other, uploadedId } : other)),
        }))
      } catch (error) {
        this.#set(chatId, { status: 'failed', code: errorCode(error), fileName: file.name })
        return null
      }
    }
    return ids
  }

  async #uploadOne(chatId: string, fileId: string, name: string): Promise<string> {
    const content = await this.#ports.files.get(chatId, fileId)
    if (content === undefined) throw Object.assign(new Error(`${name} is gone`), { code: fileLost })
    return (await this.#ports.client.uploadFile(content, name)).id
  }

  #set(chatId: string, state: Sending): void {
    this.#states.set(chatId, state)
    for (const listener of this.#listeners) listener()
  }
}
