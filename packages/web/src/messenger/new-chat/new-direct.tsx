// Finding the person to write to.
import type { User } from '@parley/protocol'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useMe } from '../../client/client-context.tsx'
import { useErrorText } from '../../client/use-error-text.ts'
import { PersonLine } from '../../people/person-line.tsx'
import { useKnownPeople } from '../../people/use-known-people.ts'
import { usePeopleSearch } from '../../people/use-people-search.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { TextField } from '../../ui/text-field.tsx'
import '../../people/people-picker.css'
import '../../ui/form.css'

export function NewDirect({ onDone }: { onDone: (chatId: string) => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  const errorText = useErrorText()
  const known = useKnownPeople()
  const [query, setQuery] = useState('')
  const [error, setError] = useState<string | null>(null)
  const search = usePeopleSearch(query.trim())
  const people = query.trim() === '' ? known : search.found
  const open = (userId: string) =>
    client.chats.direct(userId).then(
      (chat) => onDone(chat.id),
      (cause: unknown) => setError(errorText(cause)),
    )
  return (
    <div className="picker">
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      <TextField
        label={t('newChat.findPeople')}
        hint={t('newChat.hint')}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <ul className="picker-people">
        {query.trim() === '' && (
          <li>
            <button type="button" className="person-choice" onClick={() => void open(me.id)}>
              <span className="person-line">
                <Avatar id={me.id} name={t('chats.saved')} saved size={38} />
                <span className="person-line-text">
                  <span className="person-line-name">{t('chats.saved')}</span>
                  <span className="person-line-username">{t('chats.savedHint')}</span>
                </span>
              </span>
            </button>
          </li>
        )}
        {people.map((user: User) => (
          <li key={user.id}>
            <button type="button" className="person-choice" onClick={() => void open(user.id)}>
              <PersonLine user={user} />
            </button>
          </li>
        ))}
      </ul>
      {search.failed && <FailureNote onRetry={search.retry}>{t('chats.searchFailed')}</FailureNote>}
      {query.trim() !== '' && people.length === 0 && !search.failed && (
        <p className="picker-hint">{search.busy ? t('chats.searching') : t('newChat.nobody')}</p>
      )}
    </div>
  )
}
