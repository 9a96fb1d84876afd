// Who may do what through Chat Backend. What somebody may not see does not exist for them.
import { randomUUID } from 'node:crypto'
import { password } from '../people.ts'
import {
  anybody,
  type CallCase,
  chatCall,
  type DialectCases,
  personalCall,
  withSession,
} from './dialect-case.ts'
import { always, calls, frames } from './dialect-table.ts'
import type { Place } from './place.ts'

const inChat = ({ chatId }: Place) => ({ chat_id: chatId })

/** PNG, one pixel. */
const picture = {
  name: 'pixel.png',
  type: 'image/png',
  content: new Uint8Array(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  ),
}

const onlyMembers = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     200     200    200
  public   -         -          -     200     200    200
  channel  -         -          -     200     200    200
  direct   -         -          200   -       -      200
  deleted  -         -          -     -       -      -`

const nobodyElses = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     403     403    403
  public   -         -          -     403     403    403
  channel  -         -          -     403     403    403
  direct   -         -          403   -       -      403
  deleted  -         -          -     -       -      -`

const frameOfMembers = frames`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     done    done   done
  public   -         -          -     done    done   done
  channel  -         -          -     done    done   done
  direct   -         -          done  -       -      done
  deleted  -         -          -     -       -      -`

const avatar: readonly [CallCase] = [personalCall('', withSession(200), () => ({ file: picture }))]

/** Everybody may see avatars, but this is none. */
const fileOfMembers: readonly [CallCase] = [
  chatCall('', ({ fileId }) => ({ params: { file_id: fileId } }), onlyMembers),
]

export const chatBackendCases: DialectCases = {
  name: 'chat-backend',
  routes: {
    'POST /api/auth/register': [
      personalCall('', anybody(201), ({ self }) => ({
        body: { username: `${self.username}.new`, email: `new.${self.email}`, password },
      })),
      personalCall('a name that is taken', anybody(400), ({ other }) => ({
        body: { username: other.username.toUpperCase(), password },
      })),
    ],
    'POST /api/auth/login': [
      personalCall('', anybody(200), ({ other }) => ({ body: { username: other.username, password } })),
      personalCall('wrong password', anybody(401), ({ other }) => ({
        body: { username: other.username, password: `${password}.` },
      })),
    ],
    'GET /api/users/me': [personalCall('', withSession(200), () => ({}))],
    'GET /api/users': [
      personalCall('', withSession(200), () => ({ query: { limit: 2, offset: 0, skip: 0 } })),
    ],
    'PUT /api/users/me/avatar': avatar,
    'POST /api/users/me/avatar': avatar,
    'GET /api/chats': [personalCall('', withSession(200), () => ({}))],
    'POST /api/chats': [
      personalCall('', withSession(201), ({ other }) => ({
        body: { name: 'a chat', is_group: true, participant_ids: [other.id], user_id: other.id },
      })),
      personalCall('a private one', withSession(201), ({ other }) => ({ body: { user_id: other.id } })),
      personalCall('a private one with nobody', withSession(404), () => ({
        body: { user_id: randomUUID() },
      })),
    ],
    'GET /api/chats/{chat_id}/messages': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), query: { limit: 10, offset: 0, skip: 0 } }),
        onlyMembers,
      ),
    ],
    'POST /api/chats/{chat_id}/messages': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), body: { content: 'hello', text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     201     201    201
        public   -         -          -     201     201    201
        channel  -         -          -     403     201    201
        direct   -         -          201   -       -      201
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'PUT /api/messages/{message_id}': [
      chatCall(
        'of one’s own',
        ({ own }) => ({ params: { message_id: own }, body: { content: 'changed', text: 'changed' } }),
        onlyMembers,
      ),
      chatCall(
        'of another',
        ({ theirs }) => ({ params: { message_id: theirs }, body: { content: 'changed' } }),
        nobodyElses,
      ),
    ],
    'DELETE /api/messages/{message_id}': [
      chatCall('of one’s own', ({ own }) => ({ params: { message_id: own } }), onlyMembers),
      chatCall(
        'of another',
        ({ theirs }) => ({ params: { message_id: theirs } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     403     403    403
        public   -         -          -     403     403    403
        channel  -         -          -     403     403    403
        direct   -         -          403   -       -      403
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'POST /api/messages/{message_id}/files': [
      chatCall(
        'to one’s own',
        ({ own }) => ({ params: { message_id: own }, file: picture }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     201     201    201
        public   -         -          -     201     201    201
        channel  -         -          -     201     201    201
        direct   -         -          201   -       -      201
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'to that of another',
        ({ theirs }) => ({ params: { message_id: theirs }, file: picture }),
        nobodyElses,
      ),
    ],
    'GET /media/messages/{file_id}': fileOfMembers,
    'GET /media/avatars/{file_id}': fileOfMembers,
  },
  sockets: {
    '/ws/{user_id}': {
      doors: [
        { what: 'one’s own', params: ({ self }) => ({ user_id: self.id }), verdicts: always('in') },
        {
          what: 'of somebody else',
          params: ({ cast }) => ({ user_id: cast.bystander.id }),
          verdicts: always(1008),
        },
      ],
      closed: 1008,
      frames: {
        join_chat: [{ what: '', frame: inChat, verdicts: frameOfMembers }],
        leave_chat: [
          // Whoever has not joined is told the same, and it changes nothing.
          { what: '', frame: inChat, verdicts: always('done') },
        ],
        typing: [
          {
            what: '',
            frame: inChat,
            verdicts: frames`
                     stranger  ex_member  peer  member  admin  owner
            private  -         -          -     done    done   done
            public   -         -          -     done    done   done
            channel  -         -          -     fault   done   done
            direct   -         -          done  -       -      done
            deleted  -         -          -     -       -      -`,
          },
        ],
      },
      enter: (place) => [{ type: 'join_chat', ...inChat(place) }],
      namedBy: 'type',
      told: {
        message: 'new_message',
        typing: 'typing',
        edit: 'message_updated',
        delete: 'message_deleted',
        'message after': 'new_message',
      },
    },
  },
}
