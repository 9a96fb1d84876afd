// The messenger's layout: chat list, conversation, details; and what belongs to the page as a whole.
import { lazy, Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { Sidebar } from './chat-list/sidebar.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Conversation } from './conversation/conversation.tsx'
import { ChatFailed, ChatLoading, ChatNotFound, NoChat, useOpenChat } from './conversation/open-chat.tsx'
import { useDocumentTitle } from './use-document-title.ts'
import { useLoadedMembers } from './use-loaded-members.ts'
import { usePresenceWatch } from './use-presence-watch.ts'
import { useShortcut } from './use-shortcut.ts'
import { useViewportHeight } from './use-viewport-height.ts'
import './messenger.css'

const loadDetails = () => import('./details/details-panel.tsx')
const loadNewChat = () => import('./new-chat/new-chat-dialog.tsx')
const loadSettings = () => import('../settings/settings-dialog.tsx')
const DetailsPanel = lazy(loadDetails)
const NewChatDialog = lazy(loadNewChat)
const SettingsDialog = lazy(loadSettings)

interface MessengerProps {
  chatId: string | undefined
  target: number | null
}

export function Messenger({ chatId, target }: MessengerProps) {
  const dialogs = useDialogs()
  const [detailsOpen, setDetailsOpen] = useState(false)
  useDocumentTitle()
  usePresenceWatch(chatId)
  useViewportHeight()
  const closeDetails = () => setDetailsOpen(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys bubble from whatever has the focus inside
    <div
      className="messenger"
      data-pane={chatId === undefined ? 'list' : 'chat'}
      data-details={detailsOpen || undefined}
      onKeyDown={(event) => {
        // Dialogs are inside for React, but not on the page; their Escape is theirs.
        const inside = event.target instanceof Node && event.currentTarget.contains(event.target)
        if (event.key === 'Escape' && inside) closeDetails()
      }}
    >
      <ConnectionBanner />
      <Sidebar
        selectedId={chatId}
        onNewChat={() => dialogs.open('new-chat')}
        onSettings={() => dialogs.open('settings')}
      />
      {chatId === undefined ? (
        <main className="messenger-main">
          <NoChat />
        </main>
      ) : (
        <ChatPane
          key={chatId}
          chatId={chatId}
          target={target}
          detailsOpen={detailsOpen}
          onDetails={() => setDetailsOpen(!detailsOpen)}
          onCloseDetails={closeDetails}
        />
      )}
      <ErrorBoundary place="overlay">
        <Suspense fallback={null}>
          {dialogs.wanted.has('new-chat') && (
            <NewChatDialog open={dialogs.shown === 'new-chat'} onClose={dialogs.close} />
          )}
          {dialogs.wanted.has('settings') && (
            <SettingsDialog open={dialogs.shown === 'settings'} onClose={dialogs.close} />
          )}
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}

interface ChatPaneProps {
  chatId: string
  target: number | null
  detailsOpen: boolean
  onDetails: () => void
  onCloseDetails: () => void
}

function ChatPane({ chatId, target, detailsOpen, onDetails, onCloseDetails }: ChatPaneProps) {
  const search = useOpenChat(chatId)
  useLoadedMembers(search.status === 'found' ? search.chat : undefined, detailsOpen)
  return (
    <>
      <main className="messenger-main">
        <ErrorBoundary>
          {search.status === 'found' && (
            <Conversation
              chat={search.chat}
              target={target}
              detailsOpen={detailsOpen}
              onDetails={onDetails}
            />
          )}
          {search.status === 'asking' && <ChatLoading />}
          {search.status === 'none' && <ChatNotFound />}
          {search.status === 'failed' && <ChatFailed code={search.code} retry={search.retry} />}
        </ErrorBoundary>
      </main>
      {detailsOpen && search.status === 'found' && (
        <ErrorBoundary place="overlay">
          <Suspense fallback={null}>
            <DetailsPanel chat={search.chat} onClose={onCloseDetails} />
          </Suspense>
        </ErrorBoundary>
      )}
    </>
  )
}

type DialogName = 'new-chat' | 'settings'

/** A dialog is mounted from the first time it opens, so that it can fade out when it closes. */
function useDialogs() {
  const [shown, setShown] = useState<DialogName | null>(null)
  const [wanted, setWanted] = useState<ReadonlySet<DialogName>>(new Set())
  const [location, navigate] = useLocation()
  const open = (name: DialogName) => {
    setShown(name)
    setWanted(new Set([...wanted, name]))
  }
  useEffect(() => {
    const preload = () =>
      void Promise.all([loadDetails(), loadNewChat(), loadSettings()]).catch(() => undefined)
    const timer = setTimeout(preload, 2500)
    return () => clearTimeout(timer)
  }, [])
  // On a phone the chat list, and the search in it, is a page of its own.
  useShortcut('k', () => {
    if (matchMedia('(max-width: 719px)').matches && location !== '/messenger') navigate('/messenger')
  })
  return { shown, wanted, open, close: () => setShown(null) }
}
