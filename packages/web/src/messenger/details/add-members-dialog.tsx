// Adding people to a group.
import type { ChatView, User } from '@parley/protocol'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useReplica } from '../../client/client-context.tsx'
import { useErrorText } from '../../client/use-error-text.ts'
import { PeoplePicker } from '../../people/people-picker.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import '../../ui/form.css'

interface AddMembersDialogProps {
  chat: ChatView
  open: boolean
  onClose: () => void
}

export function AddMembersDialog({ chat, open, onClose }: AddMembersDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('details.addMembers')} open={open} onClose={onClose}>
      <AddMembersForm chat={chat} onDone={onClose} />
    </Dialog>
  )
}

function AddMembersForm({ chat, onDone }: { chat: ChatView; onDone: () => void }) {
  const { t } = useTranslation()
  const client = useClient()
  const errorText = useErrorText()
  const members = useReplica((replica) => replica.members(chat.id))
  const inside = useMemo(
    () => new Set(members.filter((member) => member.left_at === null).map((member) => member.user_id)),
    [members],
  )
  const [picked, setPicked] = useState<readonly User[]>([])
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const add = async () => {
    setBusy(true)
    try {
      await client.call('addMembers', {
        params: { chat_id: chat.id },
        body: { user_ids: picked.map((user) => user.id) },
      })
      onDone()
    } catch (cause) {
      setError(errorText(cause))
      setBusy(false)
    }
  }
  return (
    <div className="form">
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      <PeoplePicker picked={picked} excluded={inside} onChange={setPicked} />
      <Button look="primary" wide busy={busy} disabled={picked.length === 0} onClick={() => void add()}>
        {t('details.add')}
      </Button>
    </div>
  )
}
