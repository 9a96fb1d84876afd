// The left side: who one is, search, the chat list.
import { SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../../client/client-context.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useNames } from '../../people/use-names.ts'
import { IconButton } from '../../ui/button.tsx'
import { ChatList } from './chat-list.tsx'
import { SearchField } from './search-field.tsx'
import { SearchResults } from './search-results.tsx'
import './sidebar.css'

interface SidebarProps {
  selectedId: string | undefined
  onNewChat: () => void
  onSettings: () => void
}

export function Sidebar({ selectedId, onNewChat, onSettings }: SidebarProps) {
  const { t } = useTranslation()
  const me = useMe()
  const nameOf = useNames()
  const [query, setQuery] = useState('')
  return (
    <nav className="sidebar" aria-label={t('chats.navigation')}>
      <header className="sidebar-header">
        <button
          type="button"
          className="sidebar-me"
          aria-label={t('chats.settings')}
          title={t('chats.settings')}
          onClick={onSettings}
        >
          <PersonAvatar id={me.id} name={nameOf(me)} size={34} />
        </button>
        <h2 className="sidebar-title">{t('chats.title')}</h2>
        <IconButton icon={SquarePen} label={t('chats.new')} onClick={onNewChat} />
      </header>
      <SearchField query={query} onChange={setQuery} />
      {query.trim() === '' ? (
        <ChatList selectedId={selectedId} />
      ) : (
        <SearchResults query={query.trim()} selectedId={selectedId} onDone={() => setQuery('')} />
      )}
    </nav>
  )
}
