// What the composer does with a draft besides typing: files are chosen, and what is ready is handed over to the outbox, which keeps it
// and sees to the rest. What the outbox does not take comes back into the draft.
import { newId, outboxLimits } from '@parley/client'
import { limits } from '@parley/protocol'
import { type Edit, emptyDraft } from './draft.ts'
import type { KeptIn } from './draft-files.ts'
import type { Handed } from './handed.ts'
import { type Content, type Handover, type HandoverPorts, type Lost, noteOf } from './handover.ts'

interface SenderPorts extends HandoverPorts {
  readonly handover: Handover
}

/** Why something was not sent. */
export type Refusal = Lost | { readonly kind: 'full' }

export class DraftSender {
  readonly #ports: SenderPorts
  /** The last send of each chat that is under way: those of a chat happen one after another. */
  readonly #sending = new Map<string, Promise<Refusal | null>>()

  constructor(ports: SenderPorts) {
    this.#ports = ports
  }

  /** Puts files into the draft at once. Resolves when it is known whether they outlive the page. */
  async choose(chatId: string, files: readonly File[]): Promise<KeptIn> {
    const chosen = files.map(({ name, size }) => ({ id: newId(), name, size }))
    const keeping = files.map((file, index) => this.#ports.files.put(chatId, chosen[index]?.id ?? '', file))
    this.#ports.drafts.update(chatId, (draft) => ({ ...draft, files: [...draft.files, ...chosen] }))
    return (await Promise.all(keeping)).includes('memory') ? 'memory' : 'storage'
  }

  removeFile(chatId: string, fileId: string): void {
    this.#ports.drafts.update(chatId, (draft) => ({
      ...draft,
      files: draft.files.filter((file) => file.id !== fileId),
    }))
    void this.#ports.files.delete(chatId, fileId)
  }

  /**
   * Takes the new message or the answer out of the draft at once and sends it: as several messages if `split` makes several texts of
   * its text, or if there are more files than one carries. Resolves with null when the outbox has all of it. What it does not take is in the
   * draft again, before what was typed since.
   */
  async send(chatId: string, split: (text: string) => readonly string[] = whole): Promise<Refusal | null> {
    const notes = this.#take(chatId, split)
    const former = this.#sending.get(chatId)
    const sending = former === undefined ? this.#deliver(notes) : former.then(() => this.#deliver(notes))
    this.#sending.set(chatId, sending)
    const refusal = await sending
    if (this.#sending.get(chatId) === sending) this.#sending.delete(chatId)
    return refusal
  }

  /** Takes the edit out of the composer. If the server refuses it, it stays in the outbox with its text. */
  save(chatId: string, edit: Edit): void {
    this.#ports.handover.edit(chatId, edit, (draft) => ({ ...draft, edit: null }))
  }

  #take(chatId: string, split: (text: string) => readonly string[]): readonly Handed[] {
    const { drafts } = this.#ports
    const { text, answered, files } = drafts.get(chatId)
    const texts = text.trim() === '' ? [] : split(text)
    const most = limits.filesPerMessage
    const count = Math.max(texts.length, Math.ceil(files.length / most))
    if (count === 0) return []
    const notes = Array.from({ length: count }, (_, index) =>
      noteOf(newId(), chatId, {
        text: texts[index] ?? '',
        answered: index === 0 ? answered : null,
        files: files.slice(index * most, (index + 1) * most),
      }),
    )
    drafts.handOver(chatId, notes, ({ edit, putAside }) => ({ ...emptyDraft, edit, putAside }))
    return notes
  }

  /** In the turn of the call, if there are no files. */
  async #deliver(notes: readonly Handed[]): Promise<Refusal | null> {
    const { drafts, handover } = this.#ports
    const contents: (readonly Content[])[] = []
    for (const note of notes) {
      const found = note.draft.files.length === 0 ? [] : await handover.contentsOf(note)
      if ('kind' in found) {
        drafts.takeBack(notes)
        return found
      }
      contents.push(found)
    }
    // Of what belongs together the outbox takes all or nothing.
    const isFull = this.#isFull(contents.flat())
    const left = notes.filter((note, index) => isFull || !handover.send(note, contents[index] ?? []))
    drafts.takeBack(left)
    return left.length === 0 ? null : { kind: 'full' }
  }

  /** As the outbox would find. */
  #isFull(contents: readonly Content[]): boolean {
    if (contents.length === 0) return false
    const waiting = this.#ports.client
      .unsent()
      .flatMap((entry) => (entry.kind === 'message' ? (entry.files ?? []) : []))
    const bytes = [...waiting, ...contents].reduce((sum, { content }) => sum + content.size, 0)
    return bytes > outboxLimits.waitingBytes
  }
}

const whole = (text: string): readonly string[] => [text]
