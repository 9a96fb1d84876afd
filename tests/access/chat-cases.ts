// Who may do what with a chat and its members. `-`: answered like a chat that does not exist.
import type { RouteName } from '@parley/protocol'
import type { Parts, PartsOf } from './http-door.ts'
import type { Target } from './stage.ts'
import { table, type VerdictTable } from './verdict-table.ts'

/** One way of making a call about a chat, and what comes of it for whom. */
export interface ChatCase {
  readonly route: RouteName
  readonly name: string
  readonly parts: (target: Target) => Parts
  readonly verdicts: VerdictTable
}

/** `what` tells several cases of one route apart. */
export function chatCase<N extends RouteName>(
  route: N,
  what: string,
  parts: (target: Target) => PartsOf<N>,
  verdicts: VerdictTable,
): ChatCase {
  return { route, name: what === '' ? route : `${route}, ${what}`, parts, verdicts }
}

const inChat = ({ chatId }: Target) => ({ chat_id: chatId })

/** Members see and do it, nobody else. */
export const onlyMembers = table`
           stranger  ex_member  peer  member  admin  owner
  private  -         -          -     200     200    200
  public   -         -          -     200     200    200
  channel  -         -          -     200     200    200
  direct   -         -          200   -       -      200
  deleted  -         -          -     -       -      -`

export const chatCases: readonly ChatCase[] = [
  chatCase(
    'getChat',
    '',
    (target) => ({ params: inChat(target) }),
    table`
             stranger  ex_member  peer  member  admin  owner
    private  -         -          -     200     200    200
    public   200       200        200   200     200    200
    channel  -         -          -     200     200    200
    direct   -         -          200   -       -      200
    deleted  -         -          -     -       -      -`,
  ),
  chatCase(
    'updateChat',
    '',
    (target) => ({ params: inChat(target), body: { description: 'changed' } }),
    table`
             stranger  ex_member  peer         member     admin  owner
    private  -         -          -            forbidden  200    200
    public   -         -          -            forbidden  200    200
    channel  -         -          -            forbidden  200    200
    direct   -         -          direct_chat  -          -      direct_chat
    deleted  -         -          -            -          -      -`,
  ),
  chatCase(
    'deleteChat',
    '',
    (target) => ({ params: inChat(target) }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  204
    public   -         -          -            forbidden  forbidden  204
    channel  -         -          -            forbidden  forbidden  204
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          204`,
  ),
  chatCase(
    'updatePreferences',
    '',
    (target) => ({ params: inChat(target), body: { pinned: true } }),
    onlyMembers,
  ),
  chatCase('listMembers', '', (target) => ({ params: inChat(target) }), onlyMembers),
  chatCase(
    'addMembers',
    'somebody else',
    (target) => ({ params: inChat(target), body: { user_ids: [target.cast.guest.id] } }),
    table`
             stranger   ex_member  peer         member     admin  owner
    private  -          -          -            forbidden  200    200
    public   forbidden  forbidden  forbidden    forbidden  200    200
    channel  -          -          -            forbidden  200    200
    direct   -          -          direct_chat  -          -      direct_chat
    deleted  -          -          -            -          -      -`,
  ),
  chatCase(
    'addMembers',
    'oneself',
    (target) => ({ params: inChat(target), body: { user_ids: [target.self.id] } }),
    table`
             stranger  ex_member  peer         member  admin  owner
    private  -         -          -            200     200    200
    public   200       200        200          200     200    200
    channel  -         -          -            200     200    200
    direct   -         -          direct_chat  -       -      direct_chat
    deleted  -         -          -            -       -      -`,
  ),
  chatCase(
    'addMembers',
    'oneself and somebody else',
    (target) => ({
      params: inChat(target),
      body: { user_ids: [target.self.id, target.cast.guest.id] },
    }),
    table`
             stranger   ex_member  peer         member     admin  owner
    private  -          -          -            forbidden  200    200
    public   forbidden  forbidden  forbidden    forbidden  200    200
    channel  -          -          -            forbidden  200    200
    direct   -          -          direct_chat  -          -      direct_chat
    deleted  -          -          -            -          -      -`,
  ),
  chatCase(
    'updateMember',
    'making a member an admin',
    (target) => ({
      params: { ...inChat(target), user_id: target.cast.bystander.id },
      body: { role: 'admin' },
    }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  200
    public   -         -          -            forbidden  forbidden  200
    channel  -         -          -            forbidden  forbidden  200
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          -`,
  ),
  chatCase(
    'updateMember',
    'making oneself the owner',
    (target) => ({ params: { ...inChat(target), user_id: target.self.id }, body: { role: 'owner' } }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  200
    public   -         -          -            forbidden  forbidden  200
    channel  -         -          -            forbidden  forbidden  200
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          -`,
  ),
  chatCase(
    'updateMember',
    'stepping down',
    (target) => ({ params: { ...inChat(target), user_id: target.self.id }, body: { role: 'member' } }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  forbidden
    public   -         -          -            forbidden  forbidden  forbidden
    channel  -         -          -            forbidden  forbidden  forbidden
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          -`,
  ),
  chatCase(
    'updateMember',
    'handing over',
    (target) => ({
      params: { ...inChat(target), user_id: target.cast.bystander.id },
      body: { role: 'owner' },
    }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  200
    public   -         -          -            forbidden  forbidden  200
    channel  -         -          -            forbidden  forbidden  200
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          -`,
  ),
  chatCase(
    'removeMember',
    'a member',
    (target) => ({ params: { ...inChat(target), user_id: target.cast.bystander.id } }),
    table`
             stranger  ex_member  peer         member     admin  owner
    private  -         -          -            forbidden  204    204
    public   -         -          -            forbidden  204    204
    channel  -         -          -            forbidden  204    204
    direct   -         -          direct_chat  -          -      direct_chat
    deleted  -         -          -            -          -      -`,
  ),
  chatCase(
    'removeMember',
    'the admin',
    (target) => ({ params: { ...inChat(target), user_id: target.cast.admin.id } }),
    table`
             stranger  ex_member  peer         member     admin  owner
    private  -         -          -            forbidden  204    204
    public   -         -          -            forbidden  204    204
    channel  -         -          -            forbidden  204    204
    direct   -         -          direct_chat  -          -      direct_chat
    deleted  -         -          -            -          204    -`,
  ),
  chatCase(
    'removeMember',
    'the owner',
    (target) => ({ params: { ...inChat(target), user_id: target.cast.owner.id } }),
    table`
             stranger  ex_member  peer         member     admin      owner
    private  -         -          -            forbidden  forbidden  204
    public   -         -          -            forbidden  forbidden  204
    channel  -         -          -            forbidden  forbidden  204
    direct   -         -          direct_chat  -          -          direct_chat
    deleted  -         -          -            -          -          204`,
  ),
  chatCase(
    'removeMember',
    'oneself',
    (target) => ({ params: { ...inChat(target), user_id: target.self.id } }),
    table`
             stranger  ex_member  peer         member  admin  owner
    private  -         204        -            204     204    204
    public   -         204        -            204     204    204
    channel  -         204        -            204     204    204
    direct   -         -          direct_chat  -       -      direct_chat
    deleted  -         204        -            204     204    204`,
  ),
  chatCase(
    'removeMember',
    'somebody who is not in',
    (target) => ({ params: { ...inChat(target), user_id: target.cast.guest.id } }),
    table`
             stranger  ex_member  peer         member  admin  owner
    private  -         -          -            -       -      -
    public   -         -          -            -       -      -
    channel  -         -          -            -       -      -
    direct   -         -          direct_chat  -       -      direct_chat
    deleted  -         -          -            -       -      -`,
  ),
]
