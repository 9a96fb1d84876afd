// What the composer shows of the chat's draft, and what it does with it.
import type { ChatHandle } from '@parley/client'
import { codePointLength, limits } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { beginEdit, type Draft, discardEdit, type Edit } from '../../chats/draft.ts'
import { useDraft, useDraftSender, useDrafts } from '../../chats/drafts-context.tsx'
import { fileSize } from '../../files/file-size.ts'
import { splitText } from '../../ui/split-text.ts'
import { useTextRoom } from '../../ui/use-text-room.ts'
import { useOverlays } from '../overlays/overlays.ts'

/** Pieces of a text that is too long which are still offered to be sent one after another. */
const mostPieces = 20

export function useComposer(handle: ChatHandle, onSent: () => void) {
  const { t, i18n } = useTranslation()
  const { notify } = useOverlays()
  const drafts = useDrafts()
  const sender = useDraftSender()
  const draft = useDraft(handle.id)
  const text = draft.edit?.text ?? draft.text
  const room = useTextRoom(text.trim(), limits.messageTextMax)
  const something = text.trim() !== '' || (draft.edit === null && draft.files.length > 0)
  const update = (change: (draft: Draft) => Draft) => drafts.update(handle.id, change)

  const send = (split?: (text: string) => readonly string[]) =>
    void sender.send(handle.id, split).then((refusal) => {
      if (refusal === null) onSent()
      else if (refusal.kind === 'lost') notify(t('files.lost', { name: refusal.fileName }))
      else notify(t('error.outbox_full'))
    })

  return {
    draft,
    text,
    room,
    sendable: something && !room.isOver,
    /** How many messages the text would be, if it is too long for one; 0 if that is not offered. */
    pieces: room.isOver && draft.edit === null ? piecesOf(text) : 0,

    change(next: string) {
      update((former) =>
        former.edit === null
          ? { ...former, text: next }
          : { ...former, edit: { ...former.edit, text: next } },
      )
      if (draft.edit === null && next.trim() !== '') handle.typing()
    },

    submit() {
      if (draft.edit === null) return send()
      const edit = { ...draft.edit, text: draft.edit.text.trim() }
      if (edit.text === edit.original) update((former) => ({ ...former, edit: null }))
      else sender.save(handle.id, edit)
    },

    submitInPieces: () => send((whole) => splitText(whole, limits.messageTextMax)),

    /** Gives the edit up, else the answer; the text stays. */
    cancel: () =>
      update((former) => (former.edit === null ? { ...former, answered: null } : { ...former, edit: null })),

    continueEdit: (edit: Edit) => update((former) => beginEdit(former, edit)),
    discard: (edit: Edit) => update((former) => discardEdit(former, edit.messageId)),

    async choose(files: readonly File[]) {
      const tooLarge = files.find((file) => file.size > limits.fileBytes)
      if (tooLarge !== undefined)
        notify(t('files.tooLarge', { name: tooLarge.name, most: fileSize(limits.fileBytes, i18n.language) }))
      const fitting = files.filter((file) => file.size <= limits.fileBytes)
      if (fitting.length === 0) return
      if ((await sender.choose(handle.id, fitting)) === 'memory') notify(t('files.onlyInMemory'))
    },
    removeFile: (fileId: string) => sender.removeFile(handle.id, fileId),
  }
}

function piecesOf(text: string): number {
  if (codePointLength(text) > mostPieces * limits.messageTextMax) return 0
  return splitText(text, limits.messageTextMax).length
}
