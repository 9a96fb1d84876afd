// A message's text: plain, with links, line breaks kept. Its direction is its own; the time beside it keeps its own too.
import { memo } from 'react'
import { balanced } from '../../ui/isolate.ts'
import { isEmojiOnly } from './emoji-only.ts'
import { linkify } from './linkify.ts'

export const MessageText = memo(function MessageText({ text }: { text: string }) {
  if (isEmojiOnly(text)) return <span className="message-emoji">{text}</span>
  let offset = 0
  return (
    <span className="message-words">
      {linkify(balanced(text)).map((segment) => {
        const key = offset
        offset += segment.text.length
        if (segment.kind === 'text') return <span key={key}>{segment.text}</span>
        return (
          <a key={key} href={segment.href} target="_blank" rel="noopener noreferrer nofollow">
            {segment.shown}
          </a>
        )
      })}
    </span>
  )
})
