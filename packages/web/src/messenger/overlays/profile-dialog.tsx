// A person's profile, opened from their name or picture.
import { MessageSquare } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useClient, useMe, useUser } from '../../client/client-context.tsx'
import { useNames } from '../../people/use-names.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PersonCard } from '../details/person-card.tsx'
import { useAttempt } from './overlays.ts'

interface ProfileDialogProps {
  userId: string
  open: boolean
  onClose: () => void
}

export default function ProfileDialog({ userId, open, onClose }: ProfileDialogProps) {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  const user = useUser(userId)
  const nameOf = useNames()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  const write = async () => {
    const chat = await client.chats.direct(userId)
    onClose()
    navigate(`/messenger/${chat.id}`)
  }
  return (
    <Dialog title={t('details.person')} open={open} onClose={onClose}>
      <PersonCard userId={userId} name={nameOf(user)} />
      {user?.deleted_at === null && (
        <Button look="primary" wide onClick={() => void attempt(write())}>
          <MessageSquare size={18} aria-hidden="true" />
          {userId === me.id ? t('chats.saved') : t('details.message')}
        </Button>
      )}
    </Dialog>
  )
}
