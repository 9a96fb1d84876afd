// A group: what it is about, who is in it, and what one may do with it.
import type { ChatView } from '@parley/protocol'
import { Globe, Lock, LogOut, Megaphone, Pencil, Trash2, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { isAdmin, isChannel } from '../../chats/chat-facts.ts'
import { useClient } from '../../client/client-context.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { useAttempt, useOverlays } from '../overlays/overlays.ts'
import { useLeave } from '../use-chat-menu.ts'
import { AddMembersDialog } from './add-members-dialog.tsx'
import { EditGroupDialog } from './edit-group-dialog.tsx'
import { MemberList } from './member-list.tsx'
import './group-details.css'

export function GroupDetails({ chat }: { chat: ChatView }) {
  const { t } = useTranslation()
  const [dialog, setDialog] = useState<'edit' | 'add' | null>(null)
  const leave = useLeave()
  const remove = useDeleteGroup(chat)
  const title = chat.title ?? t('chats.untitled')
  const admin = isAdmin(chat.role)
  return (
    <>
      <div className="person">
        <Avatar id={chat.id} name={title} size={88} />
        <p className="person-name">
          <Isolated>{title}</Isolated>
        </p>
        <p className="person-presence">{t('chat.members', { count: chat.member_count })}</p>
      </div>
      <ul className="group-facts">
        <li>
          {chat.visibility === 'public' ? (
            <Globe size={17} aria-hidden="true" />
          ) : (
            <Lock size={17} aria-hidden="true" />
          )}
          {chat.visibility === 'public' ? t('details.public') : t('details.private')}
        </li>
        {isChannel(chat) && (
          <li>
            <Megaphone size={17} aria-hidden="true" />
            {t('details.channel')}
          </li>
        )}
      </ul>
      {chat.description !== '' && (
        <p className="group-description">
          <Isolated>{chat.description}</Isolated>
        </p>
      )}
      {admin && (
        <div className="group-buttons">
          <Button onClick={() => setDialog('edit')}>
            <Pencil size={16} aria-hidden="true" />
            {t('details.edit')}
          </Button>
          <Button onClick={() => setDialog('add')}>
            <UserPlus size={16} aria-hidden="true" />
            {t('details.addMembers')}
          </Button>
        </div>
      )}
      <MemberList chat={chat} />
      {chat.role !== null && (
        <div className="group-buttons group-endings">
          <Button onClick={() => void leave(chat)}>
            <LogOut size={16} aria-hidden="true" />
            {t('details.leave')}
          </Button>
          {chat.role === 'owner' && (
            <Button className="group-delete" onClick={() => void remove()}>
              <Trash2 size={16} aria-hidden="true" />
              {t('details.delete')}
            </Button>
          )}
        </div>
      )}
      <EditGroupDialog chat={chat} open={dialog === 'edit'} onClose={() => setDialog(null)} />
      <AddMembersDialog chat={chat} open={dialog === 'add'} onClose={() => setDialog(null)} />
    </>
  )
}

function useDeleteGroup(chat: ChatView): () => Promise<void> {
  const { t } = useTranslation()
  const client = useClient()
  const { confirm } = useOverlays()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  return async () => {
    const agreed = await confirm({
      title: t('details.deleteTitle', { title: chat.title ?? t('chats.untitled') }),
      text: t('details.deleteText'),
      action: t('details.delete'),
    })
    if (!agreed) return
    if (await attempt(client.call('deleteChat', { params: { chat_id: chat.id } }))) navigate('/messenger')
  }
}
