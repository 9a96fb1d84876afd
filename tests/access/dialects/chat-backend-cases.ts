// Who may do what through Chat Backend. What somebody may not see does not exist for them.
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

const inChat = ({ numbers }: Place) => ({ chat_id: numbers.chat })
const nobody = 999_999_999

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

/** As of none. */
const nobodyElses = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     -       -      -
  public   -         -          -     -       -      -
  channel  -         -          -     -       -      -
  direct   -         -          -     -       -      -
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
      personalCall('', anybody(200), ({ self }) => ({
        body: {
          username: `${self.username}.new`,
          email: `new.${self.email}`,
          name: 'New',
          password,
          city: 'Kazan',
          avatar: 'media/avatars/new.png',
        },
      })),
      personalCall('a name that is taken', anybody(400), ({ other }) => ({
        body: { username: other.username.toUpperCase(), password },
      })),
      personalCall('an email that is taken', anybody(400), ({ other }) => ({
        body: { email: other.email.toUpperCase(), name: 'New', password },
      })),
    ],
    'POST /api/auth/login': [
      personalCall('', anybody(200), ({ self }) => ({
        body: { username: self.username, email: self.email, password },
      })),
      personalCall('by query', anybody(200), ({ self }) => ({ query: { email: self.email, password } })),
      personalCall('wrong password', anybody(401), ({ other }) => ({
        body: { username: other.username, password: `${password}.` },
      })),
      personalCall('wrong password by query', anybody(401), ({ other }) => ({
        query: { email: other.email, password: `${password}.` },
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
      personalCall('', withSession(200), ({ numbers: { other } }) => ({
        body: {
          name: 'a chat',
          is_group: true,
          participant_ids: [other],
          user_id: other,
          user2_id: other,
        },
      })),
      personalCall('a private one', withSession(200), ({ numbers }) => ({
        body: { user2_id: numbers.other },
      })),
      personalCall('a private one with nobody', withSession(404), () => ({ body: { user2_id: nobody } })),
      personalCall('a private one, by the id of before', withSession(404), ({ other }) => ({
        body: { user2_id: other.id },
      })),
    ],
    'GET /api/chats/{chat_id}/messages': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), query: { limit: 10, offset: 0, skip: 0, skip_newest: 0 } }),
        onlyMembers,
      ),
    ],
    'POST /api/chats/{chat_id}/messages': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), body: { content: 'hello', text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     403     200    200
        direct   -         -          200   -       -      200
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'PUT /api/messages/{message_id}': [
      chatCall(
        'of one’s own',
        ({ numbers }) => ({
          params: { message_id: numbers.own },
          body: { content: 'changed', text: 'changed' },
        }),
        onlyMembers,
      ),
      chatCall(
        'of another',
        ({ numbers }) => ({ params: { message_id: numbers.theirs }, body: { content: 'changed' } }),
        nobodyElses,
      ),
    ],
    'DELETE /api/messages/{message_id}': [
      chatCall('of one’s own', ({ numbers }) => ({ params: { message_id: numbers.own } }), onlyMembers),
      chatCall('of another', ({ numbers }) => ({ params: { message_id: numbers.theirs } }), nobodyElses),
    ],
    'POST /api/messages/{message_id}/files': [
      chatCall(
        'to one’s own',
        ({ numbers }) => ({ params: { message_id: numbers.own }, file: picture }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     200     200    200
        direct   -         -          200   -       -      200
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'to that of another',
        ({ numbers }) => ({ params: { message_id: numbers.theirs }, file: picture }),
        nobodyElses,
      ),
    ],
    'GET /media/messages/{file_id}': fileOfMembers,
    'GET /media/avatars/{file_id}': fileOfMembers,
  },
  sockets: {
    '/ws/{user_id}': {
      doors: [
        { what: 'one’s own', params: ({ numbers }) => ({ user_id: numbers.self }), verdicts: always('in') },
        {
          what: 'of somebody else',
          params: ({ numbers }) => ({ user_id: numbers.cast.bystander }),
          verdicts: always(1008),
        },
        { what: 'of nobody', params: () => ({ user_id: nobody }), verdicts: always(1008) },
        { what: 'one’s own of before', params: ({ self }) => ({ user_id: self.id }), verdicts: always(1008) },
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
