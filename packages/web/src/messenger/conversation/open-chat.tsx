// Finds the chat of the page's address: among the own ones, else by asking the server, which may not show it.
import type { ChatView } from '@parley/protocol'
import { MessagesSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useClient, useConnection, useReplica } from '../../client/client-context.tsx'
import { errorCode } from '../../client/error-code.ts'
import { useErrorText } from '../../client/use-error-text.ts'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Spinner } from '../../ui/spinner.tsx'
import './open-chat.css'

type Search =
  | { readonly status: 'found'; readonly chat: ChatView }
  | { readonly status: 'asking' }
  | { readonly status: 'none' }
  | { readonly status: 'failed'; readonly code: string; readonly retry: () => void }

/** An own chat is always there at once; it stays up to date by itself. */
export function useOpenChat(chatId: string): Search {
  const client = useClient()
  const connection = useConnection()
  const own = useReplica((replica) => replica.chat(chatId))
  const [asked, setAsked] = useState<{ chatId: string; search: Search } | null>(null)
  const [attempt, setAttempt] = useState(0)
  const missing = own === undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another question
  useEffect(() => {
    if (!missing || connection.status !== 'ready') return
    let current = true
    client.call('getChat', { params: { chat_id: chatId } }).then(
      ({ chat }) => current && setAsked({ chatId, search: { status: 'found', chat } }),
      (error: unknown) => {
        if (!current) return
        const code = errorCode(error)
        const gone = ['not_found', 'invalid_request', 'forbidden'].includes(code)
        const retry = () => {
          setAsked(null)
          setAttempt((former) => former + 1)
        }
        setAsked({ chatId, search: gone ? { status: 'none' } : { status: 'failed', code, retry } })
      },
    )
    return () => {
      current = false
    }
  }, [client, chatId, missing, connection.status, attempt])
  if (own !== undefined) return { status: 'found', chat: own }
  return asked?.chatId === chatId ? asked.search : { status: 'asking' }
}

export function ChatNotFound() {
  const { t } = useTranslation()
  return (
    <div className="open-chat-note">
      <p className="open-chat-title">{t('chat.notFound')}</p>
      <p>{t('chat.notFoundHint')}</p>
      <Link href="/messenger">{t('chat.back')}</Link>
    </div>
  )
}

export function ChatLoading() {
  const { t } = useTranslation()
  return (
    <div className="open-chat-note">
      <Spinner size={26} />
      <span className="visually-hidden">{t('chat.loading')}</span>
    </div>
  )
}

export function NoChat() {
  const { t } = useTranslation()
  return (
    <div className="open-chat-note open-chat-choose">
      <MessagesSquare size={40} strokeWidth={1.4} aria-hidden="true" />
      <p className="open-chat-title">{t('chat.choose')}</p>
      <p>{t('chat.chooseHint')}</p>
    </div>
  )
}

export function ChatFailed({ code, retry }: { code: string; retry: () => void }) {
  const errorText = useErrorText()
  return (
    <div className="open-chat-note">
      <FailureNote onRetry={retry}>{errorText({ code })}</FailureNote>
    </div>
  )
}
