// A person in a list: picture, name, username.
import type { User } from '@parley/protocol'
import { Isolated } from '../ui/isolated.tsx'
import { PersonAvatar } from './person-avatar.tsx'
import { useNames } from './use-names.ts'

export function PersonLine({ user }: { user: User }) {
  const nameOf = useNames()
  return (
    <span className="person-line">
      <PersonAvatar id={user.id} name={nameOf(user)} size={38} />
      <span className="person-line-text">
        <span className="person-line-name">
          <Isolated>{nameOf(user)}</Isolated>
        </span>
        {user.username !== null && (
          <span className="person-line-username">
            <Isolated>{`@${user.username}`}</Isolated>
          </span>
        )}
      </span>
    </span>
  )
}
