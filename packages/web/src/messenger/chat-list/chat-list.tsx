// The own chats, or the archived ones, as a virtual list that loads more at its end.
import type { ChatView } from '@parley/protocol'
import { Archive, ArrowLeft } from 'lucide-react'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer } from 'virtua'
import { useTitleOf } from '../../chats/use-chat-title.ts'
import { useReplica } from '../../client/client-context.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import { useContextMenu } from '../../ui/use-context-menu.ts'
import { useOverlays } from '../overlays/overlays.ts'
import { useChatMenu } from '../use-chat-menu.ts'
import { ChatItem } from './chat-item.tsx'
import { type ChatPages, useChatPages } from './use-chat-pages.ts'
import './chat-list.css'

export function ChatList({ selectedId }: { selectedId: string | undefined }) {
  const { t } = useTranslation()
  const chats = useReplica((replica) => replica.chats())
  const [archive, setArchive] = useState(false)
  const archived = useMemo(() => chats.filter((chat) => chat.archived), [chats])
  const active = useMemo(() => chats.filter((chat) => !chat.archived), [chats])
  const shown = archive ? archived : active
  const menu = useChatListMenu(chats)
  const { list, pages, onScroll, retry } = useChatPages(shown.length)
  const archiveIsOffered = !archive && (archived.length > 0 || pages !== 'all')

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the events bubble from the links inside
    <div className="chat-list" {...menu} onKeyDown={moveFocus}>
      {archive && (
        <button type="button" className="chat-list-switch" onClick={() => setArchive(false)}>
          <ArrowLeft size={18} aria-hidden="true" />
          {t('chats.archiveBack')}
        </button>
      )}
      {archiveIsOffered && (
        <button type="button" className="chat-list-switch" onClick={() => setArchive(true)}>
          <Archive size={18} aria-hidden="true" />
          {t('chats.archive')}
          {pages === 'all' && <span className="chat-list-count">{archived.length}</span>}
        </button>
      )}
      {shown.length === 0 ? (
        <NoChats archive={archive} pages={pages} />
      ) : (
        <Virtualizer
          ref={list}
          data={shown}
          as="ul"
          item="li"
          itemSize={68}
          bufferSize={400}
          startMargin={archive || archiveIsOffered ? 44 : 0}
          onScroll={onScroll}
        >
          {(chat) => <ChatItem key={chat.id} chat={chat} selected={chat.id === selectedId} />}
        </Virtualizer>
      )}
      {pages === 'failed' && <FailureNote onRetry={retry}>{t('chats.loadFailed')}</FailureNote>}
    </div>
  )
}

function NoChats({ archive, pages }: { archive: boolean; pages: ChatPages }) {
  const { t } = useTranslation()
  switch (pages) {
    case 'failed':
      return null
    case 'more':
      return (
        <div className="chat-list-empty">
          <Spinner size={22} />
          <span className="visually-hidden">{t('app.loading')}</span>
        </div>
      )
    case 'all':
      return (
        <div className="chat-list-empty">
          <p>{archive ? t('chats.archiveEmpty') : t('chats.empty')}</p>
          {!archive && <p className="chat-list-hint">{t('chats.emptyHint')}</p>}
        </div>
      )
  }
}

function useChatListMenu(chats: readonly ChatView[]) {
  const { t } = useTranslation()
  const overlays = useOverlays()
  const menuOf = useChatMenu()
  const titleOf = useTitleOf()
  return useContextMenu((target, anchor) => {
    const id = target.closest('[data-chat-id]')?.getAttribute('data-chat-id')
    const chat = chats.find((candidate) => candidate.id === id)
    if (chat === undefined) return false
    overlays.openMenu({ label: t('chats.menu', { title: titleOf(chat) }), anchor, entries: menuOf(chat) })
    return true
  })
}

/** ↑ and ↓ go from chat to chat. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const item = event.target instanceof Element ? event.target.closest('li') : null
  const next = event.key === 'ArrowDown' ? item?.nextElementSibling : item?.previousElementSibling
  const link = next?.querySelector<HTMLElement>('[data-chat-id]')
  if (!link) return
  event.preventDefault()
  link.focus()
}
