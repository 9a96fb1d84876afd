// What somebody began in a chat and has not handed over yet. Pure.
import type { Message } from '@parley/protocol'
import { messageLine } from '../files/message-line.ts'
import { isRecord, isText, parseJson } from './stored-json.ts'

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

/** A chosen file; its content is with DraftFiles. */
export interface DraftFile {
  readonly id: string
  readonly name: string
  readonly size: number
}

export interface Draft {
  /** Of the new message or the answer; it waits while something is edited. */
  readonly text: string
  readonly answered: Answered | null
  readonly edit: Edit | null
  /** Edits that were left unfinished for another one. */
  readonly putAside: readonly Edit[]
  readonly files: readonly DraftFile[]
}

export const emptyDraft: Draft = Object.freeze({
  text: '',
  answered: null,
  edit: null,
  putAside: [],
  files: [],
})

export const isEmpty = (draft: Draft): boolean =>
  draft.text === '' &&
  draft.answered === null &&
  draft.edit === null &&
  draft.putAside.length === 0 &&
  draft.files.length === 0

export const answeredOf = (message: Message): Answered => ({
  messageId: message.id,
  senderId: message.sender_id,
  line: messageLine(message) ?? '',
})

/** What the chat list shows: the text, else the names of the files, else what is being edited. Empty for none of them. */
export const draftLine = ({ text, files, edit, putAside }: Draft): string =>
  text.trim() || files.map((file) => file.name).join(', ') || (edit ?? putAside[0])?.text || ''

/**
 * Begins an edit, with a text that was typed before if there is one. Another one that is under way and has changed something is
 * put aside, not lost; one that was put aside goes on.
 */
export function beginEdit(draft: Draft, { messageId, original, text }: Edit): Draft {
  if (draft.edit?.messageId === messageId) return draft
  const { putAside } = leaveEdit(draft)
  const former = putAside.find((edit) => edit.messageId === messageId)
  return {
    ...draft,
    edit: { messageId, original, text: text === original && former !== undefined ? former.text : text },
    putAside: without(putAside, messageId),
  }
}

/** Takes an edit out of the composer without saving it. Without a change there is nothing to keep. */
export function leaveEdit(draft: Draft): Draft {
  const { edit } = draft
  if (edit === null) return draft
  if (edit.text === edit.original) return { ...draft, edit: null }
  return { ...draft, edit: null, putAside: [...without(draft.putAside, edit.messageId), edit] }
}

export const discardEdit = (draft: Draft, messageId: string): Draft => ({
  ...draft,
  putAside: without(draft.putAside, messageId),
})

/**
 * Puts what was taken out, and is not sent, in front of what was typed and chosen since. An edit is put aside. What stands in its place
 * by now, an answer or a later edit of the same message, stays.
 */
export function putBack(draft: Draft, { text, answered, edit, files }: Draft): Draft {
  const isEdited =
    edit === null || [draft.edit, ...draft.putAside].some((one) => one?.messageId === edit.messageId)
  return {
    text: [text, draft.text].filter((part) => part !== '').join('\n'),
    answered: draft.answered ?? answered,
    edit: draft.edit,
    putAside: isEdited ? draft.putAside : [...draft.putAside, edit],
    files: [...files, ...draft.files],
  }
}

const without = (edits: readonly Edit[], messageId: string): readonly Edit[] =>
  edits.filter((edit) => edit.messageId !== messageId)

export const parseDraft = (json: string | null): Draft => readDraft(parseJson(json))

/** From what the storage has: whatever of it is not as it should be is left out. */
export function readDraft(value: unknown): Draft {
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
    putAside: list(value.putAside).flatMap((item) => readEdit(item) ?? []),
    files: list(value.files).flatMap(readFile),
  }
}

function readEdit(value: unknown): Edit | null {
  if (!isRecord(value)) return null
  const { messageId, original, text } = value
  return isText(messageId) && isText(original) && isText(text) ? { messageId, original, text } : null
}

function readFile(value: unknown): DraftFile[] {
  if (!isRecord(value) || !isText(value.id) || !isText(value.name) || typeof value.size !== 'number')
    return []
  return [{ id: value.id, name: value.name, size: value.size }]
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
