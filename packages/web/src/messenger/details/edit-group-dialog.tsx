// Changing what a group is called, what it is about, who may write and who may join.
import { type ChatView, limits } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../client/client-context.tsx'
import { useErrorText } from '../../client/use-error-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/text-field.tsx'
import { PostingChoice, VisibilityChoice } from '../new-chat/group-choices.tsx'
import '../../ui/form.css'

interface EditGroupDialogProps {
  chat: ChatView
  open: boolean
  onClose: () => void
}

export function EditGroupDialog({ chat, open, onClose }: EditGroupDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('details.edit')} open={open} onClose={onClose}>
      <EditGroupForm chat={chat} onDone={onClose} />
    </Dialog>
  )
}

function EditGroupForm({ chat, onDone }: { chat: ChatView; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const errorText = useErrorText()
  const [title, setTitle] = useState(chat.title ?? '')
  const [description, setDescription] = useState(chat.description)
  const [posting, setPosting] = useState(chat.posting)
  const [visibility, setVisibility] = useState(chat.visibility)
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || title.trim() === '') return
    setBusy(true)
    try {
      await client.call('updateChat', {
        params: { chat_id: chat.id },
        body: { title: title.trim(), description: description.trim(), posting, visibility },
      })
      onDone()
    } catch (cause) {
      setError(errorText(cause))
      setBusy(false)
    }
  }

  return (
    <form className="form" onSubmit={submit}>
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      <TextField
        label={t('newChat.groupTitle')}
        required
        limit={limits.titleMax}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <TextArea
        label={t('newChat.groupDescription')}
        optional
        limit={limits.descriptionMax}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <PostingChoice value={posting} onChange={setPosting} />
      <VisibilityChoice value={visibility} onChange={setVisibility} />
      <Button type="submit" look="primary" wide busy={busy} disabled={title.trim() === ''}>
        {t('details.save')}
      </Button>
    </form>
  )
}
