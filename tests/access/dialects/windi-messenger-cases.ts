// Who may do what through WinDI Messenger. What somebody may not see does not exist for them, and a personal chat is no group. Only
// who made a group changes it: its contract knows no admins.
import { randomUUID } from 'node:crypto'
import { password } from '../people.ts'
import {
  anybody,
  type CallCase,
  chatCall,
  type DialectCases,
  personalCall,
  type Refusals,
  withSession as sessionOf,
} from './dialect-case.ts'
import { always, calls, frames } from './dialect-table.ts'
import type { Place } from './place.ts'

const refusals: Refusals = { anonymous: 403, forged: 401 }
const withSession = (person: number) => sessionOf(person, refusals)

const inChat = ({ chatId }: Place) => ({ chat_id: chatId })
const inGroup = ({ chatId }: Place) => ({ group_id: chatId })

const byOwner = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     403     403    200
  public   -         -          -     403     403    200
  channel  -         -          -     403     403    200
  direct   -         -          -     -       -      -
  deleted  -         -          -     -       -      -`

const byNobody = calls`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     403     403    403
  public   -         -          -     403     403    403
  channel  -         -          -     403     403    403
  direct   -         -          -     -       -      -
  deleted  -         -          -     -       -      -`

const frameOfMembers = frames`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     done    done   done
  public   -         -          -     done    done   done
  channel  -         -          -     done    done   done
  direct   -         -          done  -       -      done
  deleted  -         -          -     -       -      -`

const frameOfPosters = frames`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     done    done   done
  public   -         -          -     done    done   done
  channel  -         -          -     fault   done   done
  direct   -         -          done  -       -      done
  deleted  -         -          -     -       -      -`

const page: readonly [CallCase] = [personalCall('', anybody(200), () => ({}))]

export const windiMessengerCases: DialectCases = {
  name: 'windi-messenger',
  refusals,
  routes: {
    'POST /auth/register': [
      personalCall('', anybody(201), ({ self }) => ({
        body: { name: 'Somebody', email: `new.${self.email}`, password },
      })),
      personalCall('an email that is taken', anybody(409), ({ other }) => ({
        body: { name: 'Somebody', email: other.email.toUpperCase(), password },
      })),
    ],
    'POST /auth/login': [
      personalCall('', anybody(200), ({ other }) => ({ body: { email: other.email, password } })),
      personalCall('wrong password', anybody(401), ({ other }) => ({
        body: { email: other.email, password: `${password}.` },
      })),
    ],
    'POST /chats': [
      personalCall('', withSession(201), ({ other }) => ({ body: { user_id: other.id } })),
      personalCall('with oneself', withSession(400), ({ self }) => ({ body: { user_id: self.id } })),
      personalCall('with nobody', withSession(404), () => ({ body: { user_id: randomUUID() } })),
    ],
    'GET /chats': [personalCall('', withSession(200), () => ({}))],
    'GET /messages/history/{chat_id}': [
      chatCall(
        '',
        (place) => ({ params: inChat(place), query: { limit: 10, offset: 0 } }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     200     200    200
        direct   -         -          200   -       -      200
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'POST /groups': [
      personalCall('', withSession(201), ({ other }) => ({
        body: { title: 'a group', member_ids: [other.id] },
      })),
      personalCall('with somebody and nobody', withSession(404), ({ other }) => ({
        body: { title: 'a group', member_ids: [other.id, randomUUID()] },
      })),
    ],
    'GET /groups/{group_id}': [
      chatCall(
        '',
        (place) => ({ params: inGroup(place) }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     200     200    200
        public   -         -          -     200     200    200
        channel  -         -          -     200     200    200
        direct   -         -          -     -       -      -
        deleted  -         -          -     -       -      -`,
      ),
    ],
    'POST /groups/{group_id}/members': [
      chatCall(
        'somebody else',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.cast.guest.id] } }),
        byOwner,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.self.id] } }),
        byOwner,
      ),
    ],
    'DELETE /groups/{group_id}/members': [
      chatCall(
        'a member',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.cast.bystander.id] } }),
        byOwner,
      ),
      chatCall(
        'somebody who is not in',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.cast.guest.id] } }),
        byOwner,
      ),
      chatCall(
        'oneself',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.self.id] } }),
        byNobody,
      ),
      chatCall(
        'the owner',
        (place) => ({ params: inGroup(place), body: { user_ids: [place.cast.owner.id] } }),
        byNobody,
      ),
    ],
    'DELETE /groups/{group_id}': [
      chatCall(
        '',
        (place) => ({ params: inGroup(place) }),
        calls`
                 stranger  ex_member  peer  member  admin  owner
        private  -         -          -     403     403    204
        public   -         -          -     403     403    204
        channel  -         -          -     403     403    204
        direct   -         -          -     -       -      -
        deleted  -         -          -     -       -      204`,
      ),
    ],
    'GET /static/index.html': page,
    'GET /static/app.js': page,
    'GET /static/texts.js': page,
    'GET /static/view.js': page,
    'GET /static/style.css': page,
  },
  sockets: {
    '/ws': {
      doors: [{ what: 'of everyone', params: () => ({}), verdicts: always('in') }],
      closed: 4001,
      frames: {
        join_chat: [{ what: '', frame: inChat, verdicts: frameOfMembers }],
        leave_chat: [{ what: '', frame: inChat, verdicts: frameOfMembers }],
        send_message: [
          {
            what: '',
            frame: (place) => ({ ...inChat(place), text: 'hello', idempotency_key: randomUUID() }),
            verdicts: frameOfPosters,
          },
          {
            what: 'without a key, in another’s name',
            frame: (place) => ({
              ...inChat(place),
              text: 'hello',
              sender: { id: place.cast.owner.id },
              user_id: place.cast.owner.id,
            }),
            verdicts: frameOfPosters,
          },
        ],
        message_read: [
          {
            what: '',
            frame: (place) => ({ ...inChat(place), message_id: place.theirs }),
            verdicts: frameOfMembers,
          },
          {
            what: 'as if it were in a chat of one’s own',
            fromHome: 'private',
            frame: ({ theirs }, home) => ({ ...inChat(home), message_id: theirs }),
            verdicts: always('-'),
          },
        ],
        typing: [{ what: '', frame: inChat, verdicts: frameOfPosters }],
      },
      enter: (place) => [{ action: 'join_chat', ...inChat(place) }],
      namedBy: 'event',
      told: {
        message: 'new_message',
        typing: 'typing',
        read: 'message_read',
        'message after': 'new_message',
      },
    },
  },
}
