// A person's or a group's picture: initials on a colour that stays the same for an id.
import { Bookmark } from 'lucide-react'
import { avatarColour, initials } from './initials.ts'
import './avatar.css'

interface AvatarProps {
  id: string
  name: string
  size?: number
  /** Saved messages have a bookmark instead of initials. */
  saved?: boolean
  online?: boolean
  /** The address of a picture to show instead. */
  picture?: string | null
}

export function Avatar({ id, name, size = 44, saved = false, online = false, picture = null }: AvatarProps) {
  const colour = saved ? 'saved' : String(avatarColour(id))
  return (
    <span className="avatar" style={{ width: size, height: size, fontSize: size * 0.38 }} aria-hidden="true">
      {/* Initials are a picture made of letters, not text: they are drawn by the style sheet. */}
      <span className="avatar-face" data-colour={colour} data-initials={saved ? undefined : initials(name)}>
        {picture !== null && !saved && (
          <img className="avatar-picture" src={picture} alt="" draggable={false} />
        )}
        {saved && <Bookmark size={size * 0.45} strokeWidth={2.2} />}
      </span>
      {online && <span className="avatar-online" />}
    </span>
  )
}
