// Brings what was taken out of drafts into the outbox, and keeps the notes of it as long as the outbox has it in memory alone: when
// the page ends then, the next one does it again.
import type { ParleyClient } from '@parley/client'
import type { Message } from '@parley/protocol'
import { type Draft, type Edit, emptyDraft } from './draft.ts'
import type { DraftFiles } from './draft-files.ts'
import type { Drafts } from './drafts.ts'
import type { Handed } from './handed.ts'

export interface HandoverPorts {
  readonly drafts: Drafts
  readonly files: Pick<DraftFiles, 'put' | 'get' | 'delete'>
  readonly client: Pick<ParleyClient, 'unsent' | 'kept' | 'call' | 'chats' | 'replica'>
}

export interface Content {
  readonly name: string
  readonly content: Blob
}

/** The content of a file is gone with the page that had it in memory. */
export interface Lost {
  readonly kind: 'lost'
  readonly fileName: string
}

export class Handover {
  readonly #ports: HandoverPorts
  /** Ids of entries whose notes this page sees to. */
  readonly #followed = new Set<string>()
  #unsubscribe: (() => void) | undefined

  constructor(ports: HandoverPorts) {
    this.#ports = ports
  }

  /** The contents of its files. */
  async contentsOf({ chatId, draft }: Handed): Promise<readonly Content[] | Lost> {
    const contents: Content[] = []
    for (const { id, name } of draft.files) {
      const content = await this.#ports.files.get(chatId, id)
      if (content === undefined) return { kind: 'lost', fileName: name }
      contents.push({ name, content })
    }
    return contents
  }

  /** Sends a message that is noted. False if the outbox does not take it. A refused one stays in the timeline with its reason. */
  send(note: Handed, files: readonly Content[]): boolean {
    const { id, chatId, draft } = note
    const sending = this.#ports.client.chats.handle(chatId).send(draft.text.trim(), {
      ...{ id, replyToId: draft.answered?.messageId ?? null },
      ...(files.length === 0 ? {} : { files }),
    })
    const settled = sending.then(nothing, nothing)
    const isTaken = this.#follow(id)
    if (isTaken) void settled.then(() => this.#clear(note))
    return isTaken
  }

  /** Notes and saves an edit, which `change` takes out of the draft. False, with nothing changed, if the outbox does not take it. */
  edit(chatId: string, edit: Edit, change: (draft: Draft) => Draft): boolean {
    const { client, drafts } = this.#ports
    client.chats.handle(chatId).edit(edit.messageId, edit.text).catch(nothing)
    const entry = client
      .unsent()
      .findLast((one) => one.kind === 'edit' && one.messageId === edit.messageId && one.text === edit.text)
    if (entry === undefined) return false
    drafts.handOver(chatId, [noteOf(entry.id, chatId, { edit })], change)
    this.#follow(entry.id)
    return true
  }

  /** At the start of the app: does again what former pages did not live to see done. What cannot be sent is in its draft again. */
  async recover(): Promise<void> {
    const { drafts } = this.#ports
    const notes = drafts.allHanded().filter(({ id }) => !this.#followed.has(id))
    const left: Handed[] = []
    for (const note of notes.filter(({ draft }) => draft.edit === null))
      if (!(await this.#sendAgain(note))) left.push(note)
    for (const note of notes) {
      const { edit } = note.draft
      if (edit !== null && !(await this.#editAgain(note, edit))) left.push(note)
    }
    drafts.takeBack(left)
  }

  /** Under its id the server takes it once, however far it had come. */
  async #sendAgain(note: Handed): Promise<boolean> {
    if (this.#follow(note.id)) return true
    const contents = note.isRefused ? undefined : await this.contentsOf(note)
    if (contents !== undefined && !('kind' in contents)) return this.send(note, contents)
    if ((await this.#find(note.id)) === undefined) return false
    this.#ports.drafts.release(note.id)
    return true
  }

  /** Another edit of the message may have come after this one: it is saved only onto the text that the person had before them. */
  async #editAgain({ id, chatId, isRefused }: Handed, edit: Edit): Promise<boolean> {
    const { client, drafts } = this.#ports
    const stored = await this.#find(edit.messageId)
    const waiting = client.unsent().filter((one) => 'messageId' in one && one.messageId === edit.messageId)
    const isOver =
      stored?.text === edit.text ||
      waiting.some((one) => one.id >= id || (one.kind === 'edit' && one.text === edit.text))
    const mayBeSaved = !isRefused && stored?.text === edit.original
    if (!isOver && !(mayBeSaved && this.edit(chatId, edit, (draft) => draft))) return false
    drafts.release(id)
    return true
  }

  /** As the server has it; undefined if it has none, or cannot be asked. */
  async #find(id: string): Promise<Message | undefined> {
    try {
      return (await this.#ports.client.call('getMessage', { params: { message_id: id } })).message
    } catch {
      return undefined
    }
  }

  /** False if the outbox has no such entry. */
  #follow(id: string): boolean {
    const { client } = this.#ports
    if (!client.unsent().some((entry) => entry.id === id)) return false
    this.#followed.add(id)
    this.#unsubscribe ??= client.replica.subscribe(() => this.#review())
    this.#review()
    void client.kept(id).then((isKept) => {
      if (isKept) this.#release(id)
    })
    return true
  }

  /** An entry that is gone was acknowledged or given up. */
  #review(): void {
    if (this.#followed.size === 0) return
    const { client, drafts } = this.#ports
    const waiting = new Map(client.unsent().map((entry) => [entry.id, entry]))
    for (const id of this.#followed) {
      const entry = waiting.get(id)
      if (entry === undefined) this.#release(id)
      else {
        const note = drafts.handed(id)
        const isRefused = entry.failed !== null
        if (note !== undefined && note.isRefused !== isRefused) drafts.note({ ...note, isRefused })
      }
    }
  }

  #release(id: string): void {
    this.#ports.drafts.release(id)
    this.#followed.delete(id)
    if (this.#followed.size > 0) return
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }

  /** The contents of its files are with the outbox, which has settled it, unless a note or a draft names them still. */
  #clear({ chatId, draft }: Handed): void {
    this.#review()
    const { drafts, files } = this.#ports
    const needed = drafts.filesOf(chatId)
    for (const { id } of draft.files) if (!needed.includes(id)) void files.delete(chatId, id)
  }
}

/** A note of something that is handed over now. */
export const noteOf = (id: string, chatId: string, taken: Partial<Draft>): Handed => ({
  ...{ id, chatId, isRefused: false },
  draft: { ...emptyDraft, ...taken },
})

const nothing = () => undefined
