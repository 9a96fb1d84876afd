// The composer's text. A new message and a reply share the chat's draft; a change of a message has a text of its own, so
// that the draft is there again afterwards.
import type { ChatHandle } from '@parley/client'
import { useEffect, useState } from 'react'
import { useDraft, useDrafts } from '../../chats/drafts-context.tsx'
import { useAttempt } from '../overlays/overlays.ts'
import type { ComposerMode } from './composer-mode.ts'

interface ComposerTextOptions {
  handle: ChatHandle
  mode: ComposerMode
  /** The reply or the change is on its way. */
  onDone: () => void
  onSent: () => void
}

export function useComposerText({ handle, mode, onDone, onSent }: ComposerTextOptions) {
  const drafts = useDrafts()
  const draft = useDraft(handle.id)
  const attempt = useAttempt()
  const editing = mode.kind === 'edit' ? mode.message : null
  const [changed, setChanged] = useState('')
  useEffect(() => setChanged(editing?.text ?? ''), [editing])

  const change = (text: string) => {
    if (editing !== null) setChanged(text)
    else {
      drafts.set(handle.id, text)
      if (text.trim() !== '') handle.typing()
    }
  }

  const submit = () => {
    if (editing !== null) {
      const text = changed.trim()
      if (text !== editing.text) void attempt(handle.edit(editing.id, text))
      onDone()
      return
    }
    // A refused send stays in the timeline with its reason.
    handle
      .send(draft.trim(), mode.kind === 'reply' ? { replyToId: mode.message.id } : {})
      .catch(() => undefined)
    drafts.set(handle.id, '')
    if (mode.kind === 'reply') onDone()
    onSent()
  }

  return { text: editing === null ? draft : changed, change, submit }
}
