// Finds the chat of the page's address: among the own ones, else by asking the server, which may not show it.
import type { ChatView } from '@parley/protocol'
import { MessagesSquare } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useClient, useConnection, useReplica } from '../../client/client-context.tsx'
import { errorCode } from '../../client/error-code.ts'
import { Spinner } from '../../ui/spinner.tsx'
import './open-chat.css'

type Search =
  | { readonly status: 'found'; readonly chat: ChatView }
  | { readonly status: 'asking' }
  | { readonly status: 'none' }

/** An own chat is always there at once; it stays up to date by itself. */
export function useOpenChat(chatId: string): Search {
  const client = useClient()
  const connection = useConnection()
  const own = useReplica((replica) => replica.chat(chatId))
  const [asked, setAsked] = useState<{ chatId: string; search: Search } | null>(null)
  const missing = own === undefined
  useEffect(() => {
    if (!missing || connection.status !== 'ready') return
    let current = true
    client.call('getChat', { params: { chat_id: chatId } }).then(
      ({ chat }) => current && setAsked({ chatId, search: { status: 'found', chat } }),
      (error: unknown) => {
        const gone = ['not_found', 'invalid_request', 'forbidden'].includes(errorCode(error))
        if (current && gone) setAsked({ chatId, search: { status: 'none' } })
      },
    )
    return () => {
      current = false
    }
  }, [client, chatId, missing, connection.status])
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
