// Who may do what with messages, cursors and typing. `-`: answered like a message, or a chat, that does not exist.
import { type ChatCase, chatCase, onlyMembers } from './chat-cases.ts'
import type { Target } from './stage.ts'
import { table } from './verdict-table.ts'

const inChat = ({ chatId }: Target) => ({ chat_id: chatId })

export const messageCases: readonly ChatCase[] = [
  chatCase('listMessages', '', (target) => ({ params: inChat(target) }), onlyMembers),
  chatCase(
    'sendMessage',
    '',
    (target) => ({ params: inChat(target), body: { text: 'hello' } }),
    table`
             stranger  ex_member  peer  member              admin  owner
    private  -         -          -     201                 201    201
    public   -         -          -     201                 201    201
    channel  -         -          -     posting_restricted  201    201
    direct   -         -          201   -                   -      201
    deleted  -         -          -     -                   -      -`,
  ),
  chatCase(
    'sendMessage',
    'in reply',
    (target) => ({ params: inChat(target), body: { text: 'hello', reply_to_id: target.theirs } }),
    table`
             stranger  ex_member  peer  member              admin  owner
    private  -         -          -     201                 201    201
    public   -         -          -     201                 201    201
    channel  -         -          -     posting_restricted  201    201
    direct   -         -          201   -                   -      201
    deleted  -         -          -     -                   -      -`,
  ),
  chatCase('getMessage', '', ({ theirs }) => ({ params: { message_id: theirs } }), onlyMembers),
  chatCase('getMessage', 'of one’s own', ({ own }) => ({ params: { message_id: own } }), onlyMembers),
  chatCase(
    'editMessage',
    'of another',
    ({ theirs }) => ({ params: { message_id: theirs }, body: { text: 'changed' } }),
    table`
             stranger  ex_member  peer       member     admin      owner
    private  -         -          -          forbidden  forbidden  forbidden
    public   -         -          -          forbidden  forbidden  forbidden
    channel  -         -          -          forbidden  forbidden  forbidden
    direct   -         -          forbidden  -          -          forbidden
    deleted  -         -          -          -          -          -`,
  ),
  chatCase(
    'editMessage',
    'of one’s own',
    ({ own }) => ({ params: { message_id: own }, body: { text: 'changed' } }),
    onlyMembers,
  ),
  chatCase(
    'deleteMessage',
    'of another',
    ({ theirs }) => ({ params: { message_id: theirs } }),
    table`
             stranger  ex_member  peer       member     admin  owner
    private  -         -          -          forbidden  200    200
    public   -         -          -          forbidden  200    200
    channel  -         -          -          forbidden  200    200
    direct   -         -          forbidden  -          -      forbidden
    deleted  -         -          -          -          -      -`,
  ),
  chatCase('deleteMessage', 'of one’s own', ({ own }) => ({ params: { message_id: own } }), onlyMembers),
  chatCase('listRevisions', '', ({ theirs }) => ({ params: { message_id: theirs } }), onlyMembers),
  chatCase('listMessageReads', '', ({ theirs }) => ({ params: { message_id: theirs } }), onlyMembers),
  chatCase('markRead', '', (target) => ({ params: inChat(target), body: { seq: 1 } }), onlyMembers),
  chatCase(
    'sendTyping',
    '',
    (target) => ({ params: inChat(target) }),
    table`
             stranger  ex_member  peer  member              admin  owner
    private  -         -          -     204                 204    204
    public   -         -          -     204                 204    204
    channel  -         -          -     posting_restricted  204    204
    direct   -         -          204   -                   -      204
    deleted  -         -          -     -                   -      -`,
  ),
]
