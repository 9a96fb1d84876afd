// A person's own picture, if they have one; else, and for chats, the initials of Avatar.
import type { ComponentProps } from 'react'
import { useClient, useUser } from '../client/client-context.tsx'
import { Avatar } from '../ui/avatar.tsx'

/** `id` may be that of a chat, which has no picture. */
export function PersonAvatar(props: Omit<ComponentProps<typeof Avatar>, 'picture'>) {
  const client = useClient()
  const avatarId = useUser(props.id)?.avatar_id ?? null
  return <Avatar {...props} picture={avatarId === null ? null : client.fileUrl(avatarId)} />
}
