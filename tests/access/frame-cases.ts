// Every frame that a client may send. Frames reach the same commands as calls do, so each has the rights of a call.
import { randomUUID } from 'node:crypto'
import type { ClientFrame, ClientFrameType } from '@parley/protocol'
import { chatCases } from './chat-cases.ts'
import { messageCases } from './message-cases.ts'
import type { Target } from './stage.ts'
import type { VerdictTable } from './verdict-table.ts'

export interface FrameCase {
  readonly name: string
  readonly frame: (target: Target) => ClientFrame
  /** Who may; null for frames about no chat, which everyone may send. */
  readonly verdicts: VerdictTable | null
}

/** The rights of a case of the route tables, by its name. */
function rightsOf(name: string): VerdictTable {
  const found = [...chatCases, ...messageCases].find((item) => item.name === name)
  if (found === undefined) throw new Error(`no case is called ${name}`)
  return found.verdicts
}

/** `hello`, which comes before all others, has its own test. */
export const frameCases: Readonly<Record<Exclude<ClientFrameType, 'hello'>, readonly FrameCase[]>> = {
  send_message: [
    {
      name: 'send_message',
      verdicts: rightsOf('sendMessage'),
      frame: ({ chatId }) => ({ type: 'send_message', chat_id: chatId, id: randomUUID(), text: 'hello' }),
    },
    {
      name: 'send_message, in reply',
      verdicts: rightsOf('sendMessage, in reply'),
      frame: ({ chatId, theirs }) => ({
        type: 'send_message',
        chat_id: chatId,
        id: randomUUID(),
        text: 'hello',
        reply_to_id: theirs,
      }),
    },
  ],
  edit_message: [
    {
      name: 'edit_message, of one’s own',
      verdicts: rightsOf('editMessage, of one’s own'),
      frame: ({ own }) => ({ type: 'edit_message', message_id: own, text: 'changed' }),
    },
    {
      name: 'edit_message, of another',
      verdicts: rightsOf('editMessage, of another'),
      frame: ({ theirs }) => ({ type: 'edit_message', message_id: theirs, text: 'changed' }),
    },
  ],
  delete_message: [
    {
      name: 'delete_message, of one’s own',
      verdicts: rightsOf('deleteMessage, of one’s own'),
      frame: ({ own }) => ({ type: 'delete_message', message_id: own }),
    },
    {
      name: 'delete_message, of another',
      verdicts: rightsOf('deleteMessage, of another'),
      frame: ({ theirs }) => ({ type: 'delete_message', message_id: theirs }),
    },
  ],
  read: [
    {
      name: 'read',
      verdicts: rightsOf('markRead'),
      frame: ({ chatId }) => ({ type: 'read', chat_id: chatId, seq: 1 }),
    },
  ],
  typing: [
    {
      name: 'typing',
      verdicts: rightsOf('sendTyping'),
      frame: ({ chatId }) => ({ type: 'typing', chat_id: chatId }),
    },
  ],
  watch_presence: [
    {
      name: 'watch_presence',
      verdicts: null,
      frame: ({ cast }) => ({ type: 'watch_presence', user_ids: [cast.guest.id] }),
    },
  ],
  ping: [{ name: 'ping', verdicts: null, frame: () => ({ type: 'ping' }) }],
}
