// Who may do what through Messenger. What somebody may not see does not exist for them. Its groups are channels; any other chat is none
// of its groups, whoever asks.
import { randomUUID } from 'node:crypto'
import { password } from '../people.ts'
import {
  anybody,
  chatCall,
  type DialectCases,
  type FrameCase,
  personalCall,
  type SocketCase,
  withSession,
} from './dialect-case.ts'
import { always, calls, doors, frames } from './dialect-table.ts'
import type { Place } from './place.ts'

const inChat = ({ chatId }: Place) => ({ chat_id: chatId })
const inGroup = ({ chatId }: Place) => ({ group_id: chatId })

const ofChannels = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     -       -      -
  public   -         -          -     -       -      -
  channel  -         -          -     303     303    303
  direct   -         -          -     -       -      -
  deleted  -         -          -     -       -      -`

const postersOnly = frames`
           stranger  ex_member  peer  member  admin  owner
  private  shut      shut       shut  done    done   done
  public   shut      shut       shut  done    done   done
  channel  shut      shut       shut  fault   done   done
  direct   shut      shut       done  shut    shut   done
  deleted  shut      shut       shut  shut    shut   shut`

const everyone: readonly [FrameCase] = [{ what: '', frame: () => ({}), verdicts: always('done') }]

const chatSocket: SocketCase = {
  doors: [
    {
      what: 'of the chat',
      params: inChat,
      verdicts: doors`
               stranger  ex_member  peer  member  admin  owner
      private  1008      1008       1008  in      in     in
      public   1008      1008       1008  in      in     in
      channel  1008      1008       1008  in      in     in
      direct   1008      1008       in    1008    1008   in
      deleted  1008      1008       1008  1008    1008   1008`,
    },
    { what: 'of no chat', params: () => ({ chat_id: randomUUID() }), verdicts: always(1008) },
  ],
  closed: 1008,
  home: 'private',
  frames: {
    message: [
      { what: '', frame: () => ({ text: 'hello' }), verdicts: postersOnly },
      {
        what: 'in another’s name',
        frame: ({ cast }) => ({ text: 'hello', sender_id: cast.owner.id }),
        verdicts: postersOnly,
      },
      {
        what: 'to another chat than the socket’s, which gets none',
        fromHome: 'private',
        frame: (place) => ({ ...inChat(place), text: 'hello' }),
        verdicts: always('done'),
      },
    ],
    typing: [{ what: '', frame: ({ cast }) => ({ sender_id: cast.owner.id }), verdicts: postersOnly }],
    read: [
      {
        what: '',
        frame: ({ theirs, cast }) => ({ message_id: theirs, user_id: cast.owner.id }),
        verdicts: frames`
                 stranger  ex_member  peer  member  admin  owner
        private  shut      shut       shut  done    done   done
        public   shut      shut       shut  done    done   done
        channel  shut      shut       shut  done    done   done
        direct   shut      shut       done  shut    shut   done
        deleted  shut      shut       shut  shut    shut   shut`,
      },
      {
        what: 'of another chat than the socket’s',
        fromHome: 'private',
        frame: ({ theirs }) => ({ message_id: theirs }),
        verdicts: always('-'),
      },
    ],
  },
  namedBy: 'event',
  told: { message: 'message', typing: 'typing', read: 'read', 'message after': 'message' },
}

const groupSocket: SocketCase = {
  doors: [
    {
      what: 'of the group',
      params: inGroup,
      verdicts: doors`
               stranger  ex_member  peer  member  admin  owner
      private  1008      1008       1008  1008    1008   1008
      public   1008      1008       1008  1008    1008   1008
      channel  1008      1008       1008  in      in     in
      direct   1008      1008       1008  1008    1008   1008
      deleted  1008      1008       1008  1008    1008   1008`,
    },
  ],
  closed: 1008,
  home: 'channel',
  frames: {
    post: [
      {
        what: '',
        frame: ({ cast }) => ({ text: 'hello', sender_id: cast.owner.id }),
        verdicts: frames`
                 stranger  ex_member  peer  member  admin  owner
        private  shut      shut       shut  shut    shut   shut
        public   shut      shut       shut  shut    shut   shut
        channel  shut      shut       shut  fault   done   done
        direct   shut      shut       shut  shut    shut   shut
        deleted  shut      shut       shut  shut    shut   shut`,
      },
      {
        what: 'to another group than the socket’s, which gets none',
        fromHome: 'channel',
        frame: (place) => ({ ...inGroup(place), text: 'hello' }),
        verdicts: always('done'),
      },
    ],
  },
  namedBy: 'event',
  told: { message: 'message', 'message after': 'message' },
}

const statusSocket: SocketCase = {
  doors: [{ what: 'of everyone', params: () => ({}), verdicts: always('in') }],
  closed: 1008,
  frames: { check_unread: everyone, check_groups: everyone },
  namedBy: 'event',
  // Nobody is told of their own message, and only who is added of that.
  told: {
    message: { admin: 'unread_chats', member: 'unread_chats' },
    'message after': { admin: 'unread_chats' },
  },
}

export const messengerCases: DialectCases = {
  name: 'messenger',
  routes: {
    'POST /api/v1/users/register': [
      personalCall('', anybody(303), ({ self }) => ({
        body: { name: 'Somebody', email: `new.${self.email}`, password },
      })),
      personalCall('an email that is taken', anybody(400), ({ other }) => ({
        body: { name: 'Somebody', email: other.email.toUpperCase(), password },
      })),
    ],
    'POST /api/v1/auth/login': [
      personalCall('', anybody(303), ({ other }) => ({ body: { email: other.email, password } })),
      personalCall('wrong password', anybody(401), ({ other }) => ({
        body: { email: other.email, password: `${password}.` },
      })),
    ],
    'POST /api/v1/auth/logout': [personalCall('', anybody(303), () => ({}))],
    'POST /api/v1/auth/refresh': [
      personalCall(
        'with the cookie',
        { anonymous: 200, forged: 200, ended: 401, person: 200 },
        ({ self }) => ({ headers: { cookie: `refresh_token=${self.refreshToken}` } }),
      ),
      personalCall('with an access token', anybody(401), ({ self }) => ({
        headers: { cookie: `refresh_token=${self.token}; access_token=${self.token}` },
      })),
    ],
    // Not on this server: tests/access/strangers.test.ts says where.
    'POST /api/v1/test/test-data': [personalCall('', anybody(403), () => ({}))],
    'POST /api/v1/chats/create': [
      personalCall('', withSession(303), ({ other }) => ({
        body: { chat_type: 'personal', participants: other.id },
      })),
      personalCall('with somebody and nobody', withSession(404), ({ other }) => ({
        body: { chat_type: 'group', participants: `${other.email},${randomUUID()}` },
      })),
    ],
    'POST /api/v1/messages/send': [
      chatCall(
        '',
        (place) => ({ body: { ...inChat(place), sender_id: place.self.id, text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     403     200    200
        direct   -         -          200   -       -      200
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'in another’s name',
        (place) => ({ body: { ...inChat(place), sender_id: place.cast.bystander.id, text: 'hello' } }),
        always(403),
      ),
    ],
    'GET /api/v1/messages/history/{chat_id}': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), query: { limit: 10, offset: 0, user_id: place.self.id } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     200     200    200
        direct   -         -          200   -       -      200
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'as somebody else',
        (place) => ({ params: inChat(place), query: { user_id: place.cast.bystander.id } }),
        always(403),
      ),
    ],
    'POST /api/v1/chats/{chat_id}/send': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), body: { text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     303     303    303
        public   -         -          -     303     303    303
        channel  -         -          -     403     303    303
        direct   -         -          303   -       -      303
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'POST /api/v1/chats/{chat_id}/read': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), body: { message_id: place.theirs } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     303     303    303
        public   -         -          -     303     303    303
        channel  -         -          -     303     303    303
        direct   -         -          303   -       -      303
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'as if it were in another chat',
        ({ theirs }) => ({ params: { chat_id: randomUUID() }, body: { message_id: theirs } }),
        always('-'),
      ),
    ],
    'POST /api/v1/groups/create': [
      personalCall('', withSession(303), ({ other }) => ({
        body: { name: 'a group', group_type: 'private', participants: other.email },
      })),
      personalCall('with nobody', withSession(404), () => ({
        body: { name: 'a group', group_type: 'public', participants: 'nobody@example.org' },
      })),
    ],
    'POST /api/v1/groups/{group_id}/join': [
      chatCall('', (place) => ({ params: inGroup(place) }), ofChannels),
    ],
    'POST /api/v1/groups/{group_id}/leave': [
      chatCall('', (place) => ({ params: inGroup(place) }), ofChannels),
    ],
    'POST /api/v1/groups/{group_id}/post': [
      chatCall(
        '',
        (place) => ({ params: inGroup(place), body: { text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     -       -      -
        public   -         -          -     -       -      -
        channel  -         -          -     403     303    303
        direct   -         -          -     -       -      -
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'GET /static/css/plain.css': [personalCall('', anybody(200), () => ({}))],
  },
  sockets: {
    '/api/v1/chats/chat/{chat_id}': chatSocket,
    '/api/v1/groups/{group_id}': groupSocket,
    '/api/v1/messenger/read/status': statusSocket,
  },
}
