// Making a group.
import { type Chat, limits, type User } from '@parley/protocol'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../client/client-context.tsx'
import { useErrorText } from '../../client/use-error-text.ts'
import { PeoplePicker } from '../../people/people-picker.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { PostingChoice, VisibilityChoice } from './group-choices.tsx'
import '../../ui/form.css'

export function NewGroup({ onDone }: { onDone: (chatId: string) => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const errorText = useErrorText()
  const [title, setTitle] = useState('')
  const [picked, setPicked] = useState<readonly User[]>([])
  const [posting, setPosting] = useState<Chat['posting']>('everyone')
  const [visibility, setVisibility] = useState<Chat['visibility']>('private')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (busy || title.trim() === '') return
    setBusy(true)
    try {
      const memberIds = picked.map((user) => user.id)
      const chat = await client.chats.createGroup({ title: title.trim(), memberIds, posting, visibility })
      onDone(chat.id)
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
        autoComplete="off"
        limit={limits.titleMax}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <PeoplePicker picked={picked} onChange={setPicked} />
      <PostingChoice value={posting} onChange={setPosting} />
      <VisibilityChoice value={visibility} onChange={setVisibility} />
      <Button type="submit" look="primary" wide busy={busy} disabled={title.trim() === ''}>
        {t('newChat.create')}
      </Button>
    </form>
  )
}
