// Changes to a member of a group, with the questions that come before them.
import type { ChatView, Member, Role } from '@parley/protocol'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../client/client-context.tsx'
import { useAttempt, useOverlays } from '../overlays/overlays.ts'

export function useMemberChanges(chat: ChatView) {
  const { t } = useTranslation()
  const client = useClient()
  const attempt = useAttempt()
  const { confirm } = useOverlays()
  const path = (member: Member) => ({ chat_id: chat.id, user_id: member.user_id })

  const setRole = (member: Member, role: Role) =>
    void attempt(client.call('updateMember', { params: path(member), body: { role } }))

  const makeOwner = async (member: Member, name: string) => {
    const agreed = await confirm({
      title: t('details.makeOwner'),
      text: t('details.makeOwnerText', { name }),
      action: t('details.makeOwner'),
    })
    if (agreed) setRole(member, 'owner')
  }

  const remove = async (member: Member, name: string) => {
    const agreed = await confirm({ title: t('details.removeTitle', { name }), action: t('details.remove') })
    if (agreed) void attempt(client.call('removeMember', { params: path(member) }))
  }

  return { setRole, makeOwner, remove }
}
