// Which own chats a search finds, and in which order.
import type { ChatView } from '@parley/protocol'
import { expect, test } from 'vitest'
import { sampleChat } from '../../../../protocol/test/samples.ts'
import { foundChats } from './found-chats.ts'

const chat = (id: string, title: string): ChatView => ({
  ...sampleChat({ id, title }),
  ...{ role: 'member', joined_seq: 0, read_seq: 0, unread_count: 0, fully_read_seq: 0, last_message: null },
  ...{ pinned: false, archived: false, muted_until: null },
})
const namesOf = ({ title }: { title: string | null }) => [title ?? '']

test('V7: a search finds what is at hand first, and what only the server has after it, each once', () => {
  const atHand = [chat('1', 'Old boats'), chat('2', 'Boat club'), chat('3', 'Garden')]
  const fromServer = [chat('9', 'Boathouse'), chat('2', 'Boat club')]
  expect(foundChats('boat', atHand, fromServer, namesOf).map(({ id }) => id)).toEqual(['1', '2', '9'])
})
