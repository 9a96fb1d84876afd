// What a message says where a contract has only texts.
import type { Message } from '@parley/protocol'

/** A message of files alone is told by their names. */
export const shownText = ({ text, files }: Pick<Message, 'text' | 'files'>): string =>
  text || files.map(({ name }) => name).join(', ')
