// One open chat: header, timeline, composer. Mounted anew for every chat.
import type { ChatView, Message } from '@parley/protocol'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { directPartner, postingFor } from '../../chats/chat-facts.ts'
import { answeredOf, beginEdit, leaveEdit } from '../../chats/draft.ts'
import { useDrafts } from '../../chats/drafts-context.tsx'
import { useChatTitle } from '../../chats/use-chat-title.ts'
import { useClient, useMe, useUser } from '../../client/client-context.tsx'
import { Button } from '../../ui/button.tsx'
import { useAttempt } from '../overlays/overlays.ts'
import { Timeline, type TimelineHandle } from '../timeline/timeline.tsx'
import { Composer, type ComposerHandle } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { GroupPreview } from './group-preview.tsx'
import './conversation.css'

interface ConversationProps {
  chat: ChatView
  /** The seq in the page's address. */
  target: number | null
  detailsOpen: boolean
  onDetails: () => void
}

/** A screen that one touches has no keyboard until a field gets the focus; it must not pop up unasked. */
const hasKeyboard = () => matchMedia('(hover: hover)').matches

export function Conversation({ chat, target, detailsOpen, onDetails }: ConversationProps) {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  const handle = useMemo(() => client.chats.handle(chat.id), [client, chat.id])
  const { title } = useChatTitle(chat)
  const drafts = useDrafts()
  const composer = useRef<ComposerHandle>(null)
  const timeline = useRef<TimelineHandle>(null)

  useEffect(() => {
    if (hasKeyboard()) composer.current?.focus()
  }, [])

  const reply = useCallback(
    (message: Message) => {
      drafts.update(chat.id, (draft) => ({ ...leaveEdit(draft), answered: answeredOf(message) }))
      composer.current?.focus()
    },
    [drafts, chat.id],
  )
  const edit = useCallback(
    (message: Message, typed?: string) => {
      const original = message.text ?? ''
      const edit = { messageId: message.id, original, text: typed ?? original }
      drafts.update(chat.id, (draft) => beginEdit(draft, edit))
      composer.current?.focus()
    },
    [drafts, chat.id],
  )
  const toComposer = useCallback(() => composer.current?.focus(), [])
  const editLast = () => {
    const own = client.replica
      .timeline(chat.id)
      .items.findLast(
        (item) => item.state === 'sent' && item.message.sender_id === me.id && item.message.text !== null,
      )
    if (own?.state === 'sent') edit(own.message)
  }

  return (
    <section className="conversation" aria-label={t('chat.conversation', { title })}>
      <ConversationHeader chat={chat} detailsOpen={detailsOpen} onDetails={onDetails} />
      {chat.role === null ? (
        <GroupPreview chat={chat} />
      ) : (
        <Timeline
          ref={timeline}
          chat={chat}
          target={target}
          onReply={reply}
          onEdit={edit}
          onLeave={toComposer}
        />
      )}
      <ComposerOrReason chat={chat}>
        <Composer
          ref={composer}
          handle={handle}
          onEditLast={editLast}
          onSent={() => timeline.current?.toEnd()}
        />
      </ComposerOrReason>
    </section>
  )
}

/** The composer, or why one cannot write here. */
function ComposerOrReason({ chat, children }: { chat: ChatView; children: React.ReactNode }) {
  const { t } = useTranslation()
  const me = useMe()
  const client = useClient()
  const attempt = useAttempt()
  const partner = useUser(directPartner(chat, me.id))
  if (partner !== undefined && partner.deleted_at !== null)
    return <p className="composer-note">{t('composer.deletedAccount')}</p>
  switch (postingFor(chat)) {
    case 'allowed':
      return children
    case 'restricted':
      return <p className="composer-note">{t('composer.restricted')}</p>
    case 'not-member':
      return (
        <div className="composer-note">
          {t('chat.notMember')}
          {chat.visibility === 'public' && (
            <Button look="primary" onClick={() => void attempt(client.chats.join(chat.id))}>
              {t('chat.join')}
            </Button>
          )}
        </div>
      )
  }
}
