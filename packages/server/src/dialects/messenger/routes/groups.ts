// Groups, in which the creator posts and everybody else reads.
import { type ChatView, type Id, Title } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../../core/actor.ts'
import { createGroup } from '../../../core/chats/create-group.ts'
import { getChat } from '../../../core/chats/get-chat.ts'
import { AppError } from '../../../core/errors.ts'
import { addMembers } from '../../../core/members/add-members.ts'
import { removeMember } from '../../../core/members/remove-member.ts'
import { sendMessage } from '../../../core/messages/send-message.ts'
import type { Ports } from '../../../core/ports.ts'
import type { DialectContext } from '../../kit/context.ts'
import { object, optional, route, Uuid } from '../../kit/route.ts'
import { othersNamed } from '../people.ts'
import { isChannel } from '../shapes.ts'
import { backTo, formText } from './forms.ts'

/** Join and leave. */
const groupForm = (
  name: string,
  summary: string,
  work: (ports: Ports, actor: Actor, groupId: Id) => Promise<unknown>,
) =>
  route({
    method: 'POST',
    path: `/api/v1/groups/{group_id}/${name}`,
    auth: 'user',
    summary,
    params: object({ group_id: Uuid }),
    answers: { 303: null },
    errors: { not_found: [404, 'Group not found'] },
    refusedTo: backTo('/group/{group_id}'),
    async handle(context, { actor, params }) {
      const { id } = await channel(context, actor, params.group_id)
      await work(context.ports, actor, id)
      return { status: 303, location: `/group/${id}` }
    },
  })

export const groupRoutes = [
  route({
    method: 'POST',
    path: '/api/v1/groups/create',
    auth: 'user',
    summary: 'Создать группу: пишет создатель, остальные читают',
    body: object({
      name: Title,
      group_type: Type.Enum(['public', 'private']),
      participants: optional(Type.String({ description: 'ID или email через запятую' })),
    }),
    accepts: 'form',
    answers: { 303: null },
    errors: { not_found: [404, 'Some users not found'] },
    refusedTo: backTo('/messenger'),
    async handle({ ports }, { actor, body }) {
      const { chat } = await createGroup(ports, actor, {
        title: body.name,
        posting: 'admins',
        visibility: body.group_type,
        member_ids: await othersNamed(ports, actor, body.participants ?? ''),
      })
      return { status: 303, location: `/group/${chat.id}` }
    },
  }),
  groupForm('join', 'Присоединиться к группе', (ports, actor, groupId) =>
    addMembers(ports, actor, groupId, [actor.userId]),
  ),
  groupForm('leave', 'Покинуть группу', (ports, actor, groupId) =>
    removeMember(ports, actor, groupId, actor.userId),
  ),
  route({
    method: 'POST',
    path: '/api/v1/groups/{group_id}/post',
    auth: 'user',
    summary: 'Отправить сообщение в группу: только создатель',
    params: object({ group_id: Uuid }),
    body: object({ text: Type.String() }),
    accepts: 'form',
    answers: { 303: null },
    errors: { not_found: [404, 'Group not found'] },
    refusedTo: backTo('/group/{group_id}'),
    async handle(context, { actor, params, body }) {
      const { id } = await channel(context, actor, params.group_id)
      await sendMessage(context.ports, actor, { chat_id: id, text: formText(body.text) })
      return { status: 303, location: `/group/${id}` }
    },
  }),
]

/** Throws `not_found` for whoever may not see it, and for chats that are no groups of this contract. */
async function channel({ ports }: DialectContext, actor: Actor, groupId: string): Promise<ChatView> {
  const { chat } = await getChat(ports, actor, groupId)
  if (!isChannel(chat)) throw new AppError('not_found')
  return chat
}
