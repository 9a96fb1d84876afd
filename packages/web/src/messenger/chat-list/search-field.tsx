// The search field above the chat list. ⌘K or Ctrl+K goes there from anywhere.
import { Search, X } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import { useShortcut } from '../use-shortcut.ts'

interface SearchFieldProps {
  query: string
  onChange: (query: string) => void
}

export function SearchField({ query, onChange }: SearchFieldProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  useShortcut('k', () => {
    input.current?.focus()
    input.current?.select()
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onChange('')
      if (query === '') input.current?.blur()
    }
    if (event.key === 'ArrowDown') {
      const first = input.current?.closest('nav')?.querySelector<HTMLElement>('li a, li button')
      event.preventDefault()
      first?.focus()
    }
  }
  return (
    <search className="search-field">
      <Search size={17} aria-hidden="true" />
      <input
        ref={input}
        type="text"
        enterKeyHint="search"
        className="search-input"
        placeholder={t('chats.search')}
        aria-label={t('chats.searchLabel')}
        aria-keyshortcuts="Control+K Meta+K"
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {query !== '' && (
        <IconButton
          icon={X}
          size={16}
          label={t('chats.clearSearch')}
          onClick={() => {
            onChange('')
            input.current?.focus()
          }}
        />
      )}
    </search>
  )
}
