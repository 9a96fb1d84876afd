// Who may do what through Messenger API. Its contract tells strangers that there is a chat: 403, where what does not exist is 404.
import { password } from '../people.ts'
import {
  anybody,
  type CallCase,
  chatCall,
  type DialectCases,
  personalCall,
  type Refusals,
  type SocketCase,
  withSession as sessionOf,
} from './dialect-case.ts'
import { always, calls, doors, frames } from './dialect-table.ts'
import type { Place } from './place.ts'

const refusals: Refusals = { anonymous: 401, forged: 403 }
const withSession = (person: number) => sessionOf(person, refusals)

const inChat = ({ numbers }: Place) => ({ chat_id: numbers.chat })
const nobody = 999_999_999

const onlyMembers = calls`
           stranger  ex_member  peer  member  admin  owner
  private  403       403        403   200     200    200
  public   403       403        403   200     200    200
  channel  403       403        403   200     200    200
  direct   403       403        200   403     403    200
  deleted  -         -          -     -       -      -`

const byAdmins = calls`
           stranger  ex_member  peer  member  admin  owner
  private  403       403        403   403     200    200
  public   403       403        403   403     200    200
  channel  403       403        403   403     200    200
  direct   403       403        400   403     403    400
  deleted  -         -          -     -       -      -`

const byOwner = calls`
           stranger  ex_member  peer  member  admin  owner
  private  403       403        403   403     403    200
  public   403       403        403   403     403    200
  channel  403       403        403   403     403    200
  direct   403       403        400   403     403    400
  deleted  -         -          -     -       -      -`

const byMembers = calls`
           stranger  ex_member  peer  member  admin  owner
  private  403       403        403   200     200    200
  public   403       403        403   200     200    200
  channel  403       403        403   200     200    200
  direct   403       403        400   403     403    400
  deleted  -         -          -     -       -      -`

const alive: readonly [CallCase] = [personalCall('', anybody(200), () => ({}))]

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
    { what: 'of no chat', params: () => ({ chat_id: nobody }), verdicts: always(1008) },
  ],
  closed: 1008,
  home: 'private',
  frames: {
    message: [
      {
        what: '',
        frame: () => ({ text: 'hello' }),
        verdicts: frames`
                 stranger  ex_member  peer  member  admin  owner
        private  shut      shut       shut  done    done   done
        public   shut      shut       shut  done    done   done
        channel  shut      shut       shut  fault   done   done
        direct   shut      shut       done  shut    shut   done
        deleted  shut      shut       shut  shut    shut   shut`,
      },
      {
        what: 'in another’s name',
        frame: ({ numbers }) => ({ text: 'hello', sender_id: numbers.cast.owner }),
        verdicts: frames`
                 stranger  ex_member  peer  member  admin  owner
        private  shut      shut       shut  done    done   done
        public   shut      shut       shut  done    done   done
        channel  shut      shut       shut  fault   done   done
        direct   shut      shut       done  shut    shut   done
        deleted  shut      shut       shut  shut    shut   shut`,
      },
      {
        what: 'to another chat than the socket’s, which gets none',
        fromHome: 'private',
        frame: ({ numbers }) => ({ text: 'hello', chat_id: numbers.chat }),
        verdicts: always('done'),
      },
    ],
    read: [
      {
        what: '',
        frame: ({ theirs }) => ({ message_id: theirs }),
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
  namedBy: 'type',
  told: { message: 'message', read: { owner: 'read' }, 'message after': 'message' },
}

export const messengerApiCases: DialectCases = {
  name: 'messenger-api',
  refusals,
  routes: {
    'POST /api/v1/users': [
      personalCall('', anybody(201), ({ self }) => ({
        body: {
          email: `new.${self.email}`,
          username: `${self.username}_new`.replaceAll('.', '_'),
          password,
        },
      })),
      personalCall('an email that is taken', anybody(400), ({ other }) => ({
        body: { email: other.email.toUpperCase(), username: 'somebody_else', password },
      })),
    ],
    'GET /api/v1/users': [personalCall('', withSession(200), () => ({ query: { skip: 0, limit: 2 } }))],
    'GET /api/v1/users/{user_id}': [
      personalCall('', withSession(200), ({ numbers }) => ({ params: { user_id: numbers.other } })),
      personalCall('nobody', withSession(404), () => ({ params: { user_id: nobody } })),
    ],
    'PUT /api/v1/users/{user_id}': [
      personalCall('oneself', withSession(200), ({ numbers, self }) => ({
        params: { user_id: numbers.self },
        body: {
          email: `other.${self.email}`,
          username: `${self.username}_other`.replaceAll('.', '_'),
          password: `${password}!`,
          is_active: true,
        },
      })),
      personalCall('somebody else', withSession(403), ({ numbers }) => ({
        params: { user_id: numbers.other },
        body: { is_active: false, password: `${password}!` },
      })),
      personalCall('nobody', withSession(403), () => ({
        params: { user_id: nobody },
        body: { is_active: false },
      })),
    ],
    'DELETE /api/v1/users/{user_id}': [
      personalCall('oneself', withSession(204), ({ numbers }) => ({ params: { user_id: numbers.self } })),
      personalCall('somebody else', withSession(403), ({ numbers }) => ({
        params: { user_id: numbers.other },
      })),
      personalCall('nobody', withSession(403), () => ({ params: { user_id: nobody } })),
    ],
    'POST /api/v1/users/login': [
      personalCall('', anybody(200), ({ other }) => ({ body: { email: other.email, password } })),
      personalCall('wrong password', anybody(401), ({ other }) => ({
        body: { email: other.email, password: `${password}.` },
      })),
    ],
    'POST /api/v1/users/refresh': [
      personalCall(
        'with a refresh token',
        withSession(200),
        () => ({}),
        ({ self }) => self.refreshToken,
      ),
      personalCall('with an access token', withSession(403), () => ({})),
    ],
    'GET /api/v1/chats': [personalCall('', withSession(200), () => ({}))],
    'POST /api/v1/chats': [
      personalCall('', withSession(201), ({ numbers }) => ({
        body: { name: 'a chat', is_group: true, participant_ids: [numbers.other] },
      })),
      personalCall('with somebody and nobody, who is left out', withSession(201), ({ numbers }) => ({
        body: { participant_ids: [numbers.other, nobody] },
      })),
    ],
    'GET /api/v1/chats/{chat_id}': [chatCall('', (place) => ({ params: inChat(place) }), onlyMembers)],
    'GET /api/v1/chats/{chat_id}/messages': [
      chatCall('', (place) => ({ params: inChat(place), query: { limit: 10, offset: 0 } }), onlyMembers),
    ],
    'POST /api/v1/chats/{chat_id}/participants': [
      chatCall(
        'somebody else',
        (place) => ({ params: inChat(place), body: { user_id: place.numbers.cast.guest } }),
        byAdmins,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: inChat(place), body: { user_id: place.numbers.self } }),
        byMembers,
      ),
    ],
    'POST /api/v1/chats/{chat_id}/participants/{user_id}': [
      chatCall(
        'somebody else',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.guest } }),
        byAdmins,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.self } }),
        byMembers,
      ),
    ],
    'DELETE /api/v1/chats/{chat_id}/participants/{user_id}': [
      chatCall(
        'a member',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.bystander } }),
        byAdmins,
      ),
      chatCall(
        'the owner',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.cast.owner } }),
        byOwner,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: { ...inChat(place), user_id: place.numbers.self } }),
        byMembers,
      ),
    ],
    'GET /health/liveness': alive,
    'GET /health/readiness': alive,
    'GET /api/v1/health/liveness': alive,
    'GET /api/v1/health/readiness': alive,
  },
  sockets: { '/ws/{chat_id}': chatSocket, '/api/v1/ws/{chat_id}': chatSocket },
}
