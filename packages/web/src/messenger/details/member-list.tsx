// The members of a group with their roles and presence. Large groups are a virtual list.
import type { ChatView, Member } from '@parley/protocol'
import { Crown, Ellipsis, Shield, ShieldOff, UserMinus } from 'lucide-react'
import { memo, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtualizer } from 'virtua'
import { useMe, useReplica, useUser } from '../../client/client-context.tsx'
import { PersonAvatar } from '../../people/person-avatar.tsx'
import { useNames } from '../../people/use-names.ts'
import { useConnected } from '../../people/use-presence.ts'
import { usePresenceText } from '../../people/use-presence-text.ts'
import { IconButton } from '../../ui/button.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { Isolated } from '../../ui/isolated.tsx'
import { type MenuEntry, useOverlays } from '../overlays/overlays.ts'
import { useLoadedMembers } from '../use-loaded-members.ts'
import { memberActions } from './member-actions.ts'
import { useMemberChanges } from './use-member-changes.ts'

const rank = { owner: 0, admin: 1, member: 2 } as const

export function MemberList({ chat }: { chat: ChatView }) {
  const { t } = useTranslation()
  const known = useReplica((replica) => replica.members(chat.id))
  const loading = useLoadedMembers(chat, true)
  const members = useMemo(
    () =>
      known
        .filter((member) => member.left_at === null)
        .toSorted((a, b) => rank[a.role] - rank[b.role] || a.joined_at.localeCompare(b.joined_at)),
    [known],
  )
  return (
    <section>
      <h3 className="members-title">{t('details.members')}</h3>
      {loading.failed && <FailureNote onRetry={loading.retry}>{t('details.membersFailed')}</FailureNote>}
      <div className="members">
        <Virtualizer data={members} as="ul" item="li" itemSize={52} bufferSize={200}>
          {(member) => <MemberItem key={member.user_id} chat={chat} member={member} />}
        </Virtualizer>
      </div>
    </section>
  )
}

const MemberItem = memo(function MemberItem({ chat, member }: { chat: ChatView; member: Member }) {
  const { t } = useTranslation()
  const me = useMe()
  const overlays = useOverlays()
  const nameOf = useNames()
  const user = useUser(member.user_id)
  const presence = usePresenceText(member.user_id)
  const name = nameOf(user)
  const own = member.user_id === me.id
  const entries = useMemberMenu(chat, member, name)
  const connected = useConnected()
  const online = (own && connected) || presence.online
  return (
    <div className="member">
      <button type="button" className="member-person" onClick={() => overlays.showProfile(member.user_id)}>
        <PersonAvatar id={member.user_id} name={name} size={38} online={online} />
        <span className="member-text">
          <span className="member-name">
            <Isolated>{name}</Isolated>
            {own && ` (${t('chats.you')})`}
          </span>
          <span className={online ? 'member-presence member-online' : 'member-presence'}>
            {own && connected ? t('chat.online') : presence.text}
          </span>
        </span>
        {member.role !== 'member' && <span className="member-role">{t(`details.role.${member.role}`)}</span>}
      </button>
      {entries.length > 0 && (
        <IconButton
          icon={Ellipsis}
          size={18}
          label={t('details.memberActions', { name })}
          aria-haspopup="menu"
          onClick={(event) =>
            overlays.openMenu({
              label: t('details.memberActions', { name }),
              anchor: event.currentTarget,
              entries,
            })
          }
        />
      )}
    </div>
  )
})

function useMemberMenu(chat: ChatView, member: Member, name: string): MenuEntry[] {
  const { t } = useTranslation()
  const me = useMe()
  const changes = useMemberChanges(chat)
  const entries = {
    'make-admin': {
      icon: Shield,
      label: t('details.makeAdmin'),
      onSelect: () => changes.setRole(member, 'admin'),
    },
    'make-member': {
      icon: ShieldOff,
      label: t('details.makeMember'),
      onSelect: () => changes.setRole(member, 'member'),
    },
    'make-owner': {
      icon: Crown,
      label: t('details.makeOwner'),
      onSelect: () => changes.makeOwner(member, name),
    },
    remove: {
      icon: UserMinus,
      label: t('details.remove'),
      danger: true,
      onSelect: () => changes.remove(member, name),
    },
  } as const
  return memberActions(chat.role, member, me.id).map((action) => entries[action])
}
