// What somebody began in a chat and has not handed over yet. Pure.
import type { Message } from '@parley/protocol'
import { messageLine } from '../files/message-line.ts'

/** The message that is answered, as much of it as is shown above the composer. */
export interface Answered {
  readonly messageId: string
  readonly senderId: string
  readonly line: string
}

/** A new text for an own message. */
export interface Edit {
  readonly messageId: string
  readonly original: string
  readonly text: string
}

/** An edit that is out of the composer and not acknowledged. */
export interface UnsavedEdit extends Edit {
  /** On its way, put aside for another one, or what the server (or the lack of one) said. */
  readonly state: 'saving' | 'put-aside' | { readonly code: string }
}

/** A chosen file; its content is with DraftFiles. */
export interface DraftFile {
  readonly id: string
  readonly name: string
  readonly size: number
  /** Once the server has it. */
  readonly uploadedId: string | null
}

export interface Draft {
  /** Of the new message or the answer; it waits while something is edited. */
  readonly text: string
  readonly answered: Answered | null
  readonly edit: Edit | null
  readonly unsaved: readonly UnsavedEdit[]
  readonly files: readonly DraftFile[]
}

export const emptyDraft: Draft = Object.freeze({
  text: '',
  answered: null,
  edit: null,
  unsaved: [],
  files: [],
})

export const isEmpty = (draft: Draft): boolean =>
  draft.text === '' &&
  draft.answered === null &&
  draft.edit === null &&
  draft.unsaved.length === 0 &&
  draft.files.length === 0

export const answeredOf = (message: Message): Answered => ({
  messageId: message.id,
  senderId: message.sender_id,
  line: messageLine(message) ?? '',
})

/** What the chat list shows: the text, else the names of the files, else what is being edited. Empty for none of them. */
export const draftLine = ({ text, files, edit, unsaved }: Draft): string =>
  text.trim() || files.map((file) => file.name).join(', ') || (edit ?? unsaved[0])?.text || ''

/** Begins an edit. One that is under way and has changed something is put aside, not lost; one that was not saved goes on. */
export function beginEdit(draft: Draft, messageId: string, text: string): Draft {
  if (draft.edit?.messageId === messageId) return draft
  const aside = putAside(draft)
  const former = aside.unsaved.find((edit) => edit.messageId === messageId)
  return {
    ...aside,
    edit: { messageId, original: text, text: former?.text ?? text },
    unsaved: without(aside.unsaved, messageId),
  }
}

/** Takes an edit out of the composer without saving it. Without a change there is nothing to keep. */
export function putAside(draft: Draft): Draft {
  const { edit } = draft
  if (edit === null) return draft
  if (edit.text === edit.original) return { ...draft, edit: null }
  return {
    ...draft,
    edit: null,
    unsaved: [...without(draft.unsaved, edit.messageId), { ...edit, state: 'put-aside' }],
  }
}

/** Takes the edit out of the composer: it is on its way. */
export function saveEdit(draft: Draft, edit: Edit): Draft {
  const unsaved = [...without(draft.unsaved, edit.messageId), { ...edit, state: 'saving' as const }]
  return { ...draft, edit: draft.edit?.messageId === edit.messageId ? null : draft.edit, unsaved }
}

/** The outcome of the edit with this text; of an older one, that another replaced, nothing is to be said. */
export function settleEdit(draft: Draft, edit: Edit, failure: string | null): Draft {
  const held = draft.unsaved.find(({ messageId }) => messageId === edit.messageId)
  if (held === undefined || held.text !== edit.text) return draft
  if (failure === null) return { ...draft, unsaved: without(draft.unsaved, edit.messageId) }
  const failed = { ...held, state: { code: failure } }
  return { ...draft, unsaved: draft.unsaved.map((other) => (other === held ? failed : other)) }
}

export const discardEdit = (draft: Draft, messageId: string): Draft => ({
  ...draft,
  unsaved: without(draft.unsaved, messageId),
})

const without = (edits: readonly UnsavedEdit[], messageId: string): readonly UnsavedEdit[] =>
  edits.filter((edit) => edit.messageId !== messageId)

/** From what the storage has: whatever of it is not as it should be is left out. */
export function parseDraft(json: string | null): Draft {
  const value = parse(json)
  if (!isRecord(value)) return emptyDraft
  const answered = isRecord(value.answered) ? value.answered : {}
  const edit = readEdit(value.edit)
  return {
    text: isText(value.text) ? value.text : '',
    answered:
      isText(answered.messageId) && isText(answered.senderId) && isText(answered.line)
        ? { messageId: answered.messageId, senderId: answered.senderId, line: answered.line }
        : null,
    edit,
    unsaved: list(value.unsaved).flatMap((item) => {
      const unsaved = readEdit(item)
      return unsaved === null
        ? []
        : [{ ...unsaved, state: readState(isRecord(item) ? item.state : undefined) }]
    }),
    files: list(value.files).flatMap(readFile),
  }
}

function parse(json: string | null): unknown {
  if (json === null) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function readEdit(value: unknown): Edit | null {
  if (!isRecord(value)) return null
  const { messageId, original, text } = value
  return isText(messageId) && isText(original) && isText(text) ? { messageId, original, text } : null
}

/** Whether an edit that was on its way arrived is not known after a reload: it can be tried again, which does no harm. */
function readState(value: unknown): UnsavedEdit['state'] {
  if (value === 'put-aside') return value
  return isRecord(value) && isText(value.code) ? { code: value.code } : { code: 'connection' }
}

function readFile(value: unknown): DraftFile[] {
  if (!isRecord(value) || !isText(value.id) || !isText(value.name) || typeof value.size !== 'number')
    return []
  const uploadedId = isText(value.uploadedId) ? value.uploadedId : null
  return [{ id: value.id, name: value.name, size: value.size, uploadedId }]
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const isText = (value: unknown): value is string => typeof value === 'string'
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
