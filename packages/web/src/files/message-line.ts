// A message as one line of text.
import type { Message } from '@parley/protocol'

/** The text, or the names of the files where there is none; null for a deleted message. */
export function messageLine({ text, files }: Pick<Message, 'text' | 'files'>): string | null {
  return text === '' ? files.map((file) => file.name).join(', ') : text
}
