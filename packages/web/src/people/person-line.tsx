// A person in a list: picture, name, username.
import type { User } from '@parley/protocol'
import { PersonAvatar } from './person-avatar.tsx'
import { useNames } from './use-names.ts'

export function PersonLine({ user }: { user: User }) {
  const nameOf = useNames()
  return (
    <span className="person-line">
      <PersonAvatar id={user.id} name={nameOf(user)} size={38} />
      <span className="person-line-text">
        <span className="person-line-name">{nameOf(user)}</span>
        {user.username !== null && <span className="person-line-username">@{user.username}</span>}
      </span>
    </span>
  )
}
