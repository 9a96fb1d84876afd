// What the functions that write drafts take of each of them, but for its chat.
import type { MessageDraft } from '../core/messages/store.ts'
import { textArray, timestampArray, uuidArray } from './binary-arrays.ts'

export const draftColumns = (drafts: readonly MessageDraft[]) => ({
  ids: uuidArray(drafts.map((draft) => draft.id)),
  senderIds: uuidArray(drafts.map((draft) => draft.senderId)),
  texts: textArray(drafts.map((draft) => draft.text)),
  replyToIds: uuidArray(drafts.map((draft) => draft.replyToId)),
  createdAts: timestampArray(drafts.map((draft) => draft.createdAt)),
})
