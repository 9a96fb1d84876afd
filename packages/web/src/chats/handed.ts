// What was taken out of a draft for the outbox, until it is safe there. Pure.
import { type Draft, readDraft } from './draft.ts'
import { isRecord, isText, parseJson } from './stored-json.ts'

export interface Handed {
  /** Of the outbox's entry: for a message its own id. By time, so that notes sort as they were made. */
  readonly id: string
  readonly chatId: string
  /** What it was in the draft: a text with its answer and files, or an edit. */
  readonly draft: Draft
  /** It is not sent again by itself. */
  readonly isRefused: boolean
}

/** Undefined for what is none. */
export function parseHanded(id: string, json: string | null): Handed | undefined {
  const value = parseJson(json)
  if (!isRecord(value) || !isText(value.chatId)) return undefined
  return { id, chatId: value.chatId, draft: readDraft(value.draft), isRefused: value.isRefused === true }
}
