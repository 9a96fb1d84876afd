// Picking several people: a search, its results as checkboxes, and those picked so far.
import type { User } from '@parley/protocol'
import { X } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../client/client-context.tsx'
import { FailureNote } from '../ui/failure-note.tsx'
import { Isolated } from '../ui/isolated.tsx'
import { TextField } from '../ui/text-field.tsx'
import { PersonAvatar } from './person-avatar.tsx'
import { PersonLine } from './person-line.tsx'
import { useKnownPeople } from './use-known-people.ts'
import { useNames } from './use-names.ts'
import { usePeopleSearch } from './use-people-search.ts'
import './people-picker.css'

interface PeoplePickerProps {
  picked: readonly User[]
  /** People who cannot be picked, oneself aside. */
  excluded?: ReadonlySet<string>
  onChange: (picked: readonly User[]) => void
}

export function PeoplePicker({ picked, excluded, onChange }: PeoplePickerProps) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const heading = useId()
  const [query, setQuery] = useState('')
  const { people, hint, retry } = useOfferedPeople(query.trim())
  const offered = people.filter((user) => user.id !== me.id && excluded?.has(user.id) !== true)
  const hints = { type: t('newChat.hint'), searching: t('chats.searching'), nobody: t('newChat.nobody') }
  const isPicked = (user: User) => picked.some((other) => other.id === user.id)
  const toggle = (user: User) =>
    onChange(isPicked(user) ? picked.filter((other) => other.id !== user.id) : [...picked, user])
  return (
    <div className="picker">
      <h3 className="picker-heading" id={heading}>
        {t('newChat.members')}
        {picked.length > 0 && <span>{t('newChat.picked', { count: picked.length })}</span>}
      </h3>
      {picked.length > 0 && (
        <ul className="picker-picked" aria-labelledby={heading}>
          {picked.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                className="picker-chip"
                aria-label={t('newChat.unpick', { name: nameOf(user) })}
                onClick={() => toggle(user)}
              >
                <PersonAvatar id={user.id} name={nameOf(user)} size={22} />
                <Isolated>{nameOf(user)}</Isolated>
                <X size={14} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextField
        label={t('newChat.findPeople')}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          // Enter would send the form around the picker.
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
      <ul className="picker-people">
        {offered.map((user) => (
          <li key={user.id}>
            <label className="picker-person">
              <PersonLine user={user} />
              <input type="checkbox" checked={isPicked(user)} onChange={() => toggle(user)} />
            </label>
          </li>
        ))}
      </ul>
      {hint === 'failed' && <FailureNote onRetry={retry}>{t('chats.searchFailed')}</FailureNote>}
      {offered.length === 0 && hint !== 'failed' && <p className="picker-hint">{hints[hint]}</p>}
    </div>
  )
}

/** Those whom one knows already, until there is a query. */
function useOfferedPeople(query: string): Offered {
  const known = useKnownPeople()
  const { found, busy, failed, retry } = usePeopleSearch(query)
  if (query === '') return { people: known, hint: 'type', retry }
  return { people: found, hint: busy ? 'searching' : failed ? 'failed' : 'nobody', retry }
}

interface Offered {
  readonly people: readonly User[]
  readonly hint: 'type' | 'searching' | 'failed' | 'nobody'
  retry(): void
}
