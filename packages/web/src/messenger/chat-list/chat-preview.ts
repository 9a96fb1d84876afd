// What the second line of a chat in the list says, without words of any language.
import type { ChatView } from '@parley/protocol'
import { messageLine } from '../../files/message-line.ts'

export type ChatPreview =
  | { readonly kind: 'typing'; readonly userIds: readonly string[] }
  | { readonly kind: 'draft'; readonly text: string }
  /** `senderId` only where it is not obvious who wrote. */
  | { readonly kind: 'message'; readonly senderId: string | null; readonly text: string }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'empty' }

const previewLength = 160

/** One line of a text: line breaks become spaces, and nobody sees more than the beginning. */
export function oneLine(text: string): string {
  return text
    .slice(0, previewLength * 2)
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, previewLength)
}

/** Typing comes before a draft, a draft before the last message; the chat that is open shows no draft. */
export function chatPreview(
  chat: Pick<ChatView, 'kind' | 'last_message' | 'direct_user_ids'>,
  now: { meId: string; typing: readonly string[]; draft: string; open: boolean },
): ChatPreview {
  if (now.typing.length > 0) return { kind: 'typing', userIds: now.typing }
  const draft = oneLine(now.draft)
  if (draft !== '' && !now.open) return { kind: 'draft', text: draft }
  const message = chat.last_message
  if (message === null) return { kind: 'empty' }
  const line = messageLine(message)
  if (line === null) return { kind: 'deleted' }
  const own = message.sender_id === now.meId
  const withOneself = chat.kind === 'direct' && chat.direct_user_ids?.length === 1
  const named = chat.kind === 'group' || (own && !withOneself)
  return { kind: 'message', senderId: named ? message.sender_id : null, text: oneLine(line) }
}
