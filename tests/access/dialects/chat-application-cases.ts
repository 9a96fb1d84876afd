// Who may do what through Chat Application. What somebody may not see does not exist for them.
import { password } from '../people.ts'
import { anybody, chatCall, type DialectCases, personalCall, withSession } from './dialect-case.ts'
import { always, calls, frames } from './dialect-table.ts'
import type { Place } from './place.ts'

const inChat = ({ numbers }: Place) => ({ chat_id: numbers.chat })
const nobody = 999_999_999

const onlyMembers = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     200     200    200
  public   -         -          -     200     200    200
  channel  -         -          -     200     200    200
  direct   -         -          200   -       -      200
  deleted  -         -          -     -       -      -`

/** A history tells a stranger's chat from none as little, and refuses both. */
const historyOfMembers = calls`
           stranger  ex_member  peer  member  admin  owner
  private  403       403        403   200     200    200
  public   403       403        403   200     200    200
  channel  403       403        403   200     200    200
  direct   403       403        200   403     403    200
  deleted  403       403        403   403     403    403`

const tokenCalls = [
  personalCall('', anybody(200), ({ other }) => ({ body: { username: other.username, password } })),
  personalCall('wrong password', anybody(401), ({ other }) => ({
    body: { username: other.username, password: `${password}.` },
  })),
] as const

const removal = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     403     204    204
  public   -         -          -     403     204    204
  channel  -         -          -     403     204    204
  direct   -         -          400   -       -      400
  deleted  -         -          -     -       -      -`

const frameOfMembers = frames`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     done    done   done
  public   -         -          -     done    done   done
  channel  -         -          -     done    done   done
  direct   -         -          done  -       -      done
  deleted  -         -          -     -       -      -`

export const chatApplicationCases: DialectCases = {
  name: 'chat-application',
  routes: {
    'POST /api/v1/users/': [
      personalCall('', anybody(200), ({ self }) => ({
        body: { username: `${self.username}.new`, password },
      })),
      personalCall('with an email', anybody(200), ({ self }) => ({
        body: { username: `${self.username}.new`, email: `new.${self.email}`, password },
      })),
      personalCall('an email that is taken', anybody(400), ({ self, other }) => ({
        body: { username: `${self.username}.new`, email: other.email.toUpperCase(), password },
      })),
      personalCall('a name that is taken', anybody(400), ({ other }) => ({
        body: { username: other.username.toUpperCase(), password },
      })),
    ],
    'POST /api/v1/users/token': tokenCalls,
    'POST /api/v1/token': tokenCalls,
    'GET /api/v1/users/me': [personalCall('', withSession(200), () => ({}))],
    'POST /api/v1/chats/': [
      personalCall('', withSession(200), ({ numbers }) => ({ body: { user_id: numbers.other } })),
      personalCall('by its name', withSession(200), () => ({ body: { name: 'a chat', type: 'private' } })),
      personalCall('with nobody', withSession(404), () => ({ body: { user_id: nobody } })),
    ],
    'POST /api/v1/chats/groups/': [
      personalCall('', withSession(200), ({ numbers }) => ({
        body: { name: 'a group', user_ids: [numbers.other] },
      })),
      personalCall('with somebody and nobody', withSession(404), ({ numbers }) => ({
        body: { name: 'a group', user_ids: [numbers.other, nobody] },
      })),
    ],
    'GET /api/v1/chats/': [personalCall('', withSession(200), () => ({}))],
    'GET /api/v1/chats/{chat_id}': [chatCall('', (place) => ({ params: inChat(place) }), onlyMembers)],
    'GET /api/v1/chats/{chat_id}/history': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), query: { limit: 10, offset: 0, skip: 0 } }),
        historyOfMembers,
      ),
    ],
    'POST /api/v1/chats/{chat_id}/members': [
      chatCall(
        'somebody else',
        (place) => ({ params: inChat(place), body: { user_id: place.numbers.cast.guest } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     403     200    200
        public   403       403        403   403     200    200
        channel  -         -          -     403     200    200
        direct   -         -          400   -       -      400
        deleted  -         -          -     -       -      -`,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: inChat(place), body: { user_id: place.numbers.self } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   200       200        200   200     200    200
        channel  -         -          -     200     200    200
        direct   -         -          400   -       -      400
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'DELETE /api/v1/chats/{chat_id}/members/{user_id}': [
      chatCall(
        'a member',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.bystander } }),
        removal,
      ),
      chatCall(
        'the admin',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.admin } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     403     204    204
        public   -         -          -     403     204    204
        channel  -         -          -     403     204    204
        direct   -         -          400   -       -      400
        deleted  -         -          -     -       204    -`,
      ),
      chatCall(
        'the owner',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.owner } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     403     403    204
        public   -         -          -     403     403    204
        channel  -         -          -     403     403    204
        direct   -         -          400   -       -      400
        deleted  -         -          -     -       -      204`,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.self } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         204        -     204     204    204
        public   -         204        -     204     204    204
        channel  -         204        -     204     204    204
        direct   -         -          400   -       -      400
        deleted  -         204        -     204     204    204`,
      ),
    ],
    'POST /api/v1/messages/': [
      chatCall(
        '',
        (place) => ({ body: { ...inChat(place), text: 'hello' } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     201     201    201
        public   -         -          -     201     201    201
        channel  -         -          -     403     201    201
        direct   -         -          201   -       -      201
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'GET /api/v1/messages/{message_id}': [
      chatCall('', ({ numbers }) => ({ params: { message_id: numbers.theirs } }), onlyMembers),
    ],
    'PUT /api/v1/messages/{message_id}/read': [
      chatCall('', ({ numbers }) => ({ params: { message_id: numbers.theirs } }), onlyMembers),
      chatCall('of one’s own', ({ numbers }) => ({ params: { message_id: numbers.own } }), onlyMembers),
    ],
    'GET /': [personalCall('', anybody(200), () => ({}))],
  },
  sockets: {
    '/api/v1/ws/{user_id}': {
      doors: [
        { what: 'one’s own', params: ({ numbers }) => ({ user_id: numbers.self }), verdicts: always('in') },
        {
          what: 'of somebody else',
          params: ({ numbers }) => ({ user_id: numbers.cast.bystander }),
          verdicts: always(1008),
        },
        { what: 'of nobody', params: () => ({ user_id: nobody }), verdicts: always(1008) },
      ],
      closed: 1008,
      frames: {
        message: [
          {
            what: '',
            frame: (place) => ({ ...inChat(place), text: 'hello' }),
            verdicts: frames`
                     stranger  ex_member  peer  member  admin  owner
            private  -         -          -     done    done   done
            public   -         -          -     done    done   done
            channel  -         -          -     fault   done   done
            direct   -         -          done  -       -      done
            deleted  -         -          -     -       -      -`,
          },
          {
            what: 'in another’s name',
            frame: (place) => ({
              ...inChat(place),
              text: 'hello',
              sender_id: place.numbers.cast.owner,
              user_id: place.numbers.cast.owner,
            }),
            verdicts: frames`
                     stranger  ex_member  peer  member  admin  owner
            private  -         -          -     done    done   done
            public   -         -          -     done    done   done
            channel  -         -          -     fault   done   done
            direct   -         -          done  -       -      done
            deleted  -         -          -     -       -      -`,
          },
        ],
        read_receipt: [
          { what: '', frame: ({ numbers }) => ({ message_id: numbers.theirs }), verdicts: frameOfMembers },
          {
            what: 'of one’s own',
            frame: ({ numbers }) => ({ message_id: numbers.own }),
            verdicts: frameOfMembers,
          },
          {
            what: 'in another’s name, of another chat',
            frame: (place) => ({
              message_id: place.numbers.theirs,
              chat_id: 1,
              reader_id: place.numbers.cast.owner,
            }),
            verdicts: frameOfMembers,
          },
        ],
      },
      namedBy: 'type',
      told: { message: 'message', read: 'read_receipt', 'message after': 'message' },
    },
  },
}
