// The calls about chats.
import { limits, Title } from '@parley/protocol'
import Type from 'typebox'
import type { Actor } from '../../../core/actor.ts'
import { createDirectChatShown } from '../../../core/chats/create-direct-chat.ts'
import { createGroupShown } from '../../../core/chats/create-group.ts'
import { type FullChat, getFullChat } from '../../../core/chats/list-full-chats.ts'
import { type AnswerContext, chatsAnswer, showing } from '../../kit/answers.ts'
import { allChats } from '../../kit/chat-lists.ts'
import { wrongValue } from '../../kit/errors.ts'
import { maybe, object, route } from '../../kit/route.ts'
import { GivenId, namedPeople } from '../ids.ts'
import { ChatShape, chatOf } from '../shapes.ts'

const path = '/api/chats'

export const chatRoutes = [
  route({
    method: 'GET',
    path,
    auth: 'user',
    summary: 'Список чатов',
    answers: { 200: Type.Array(ChatShape) },
    handle: (context, call) => allChats(context, call, shown),
  }),
  route({
    method: 'POST',
    path,
    auth: 'user',
    summary: 'Создание чата: личного, или группы с is_group',
    body: object({
      user2_id: maybe(GivenId),
      user_id: maybe(GivenId),
      participant_ids: maybe(Type.Array(GivenId, { maxItems: limits.membersPerCall })),
      name: maybe(Title),
      is_group: maybe(Type.Boolean()),
    }),
    answers: { 200: ChatShape },
    errors: { not_found: [404, 'User not found'] },
    async handle(context, { actor, body }) {
      const { user2_id, user_id, participant_ids, name, is_group } = body
      const named = [user2_id, user_id, ...(participant_ids ?? [])].filter((id) => id != null)
      if (named.length === 0 && !is_group) throw wrongValue('/body/user2_id', 'Field required')
      const ids = await namedPeople(context, actor, named)
      const others = [...new Set(ids)].filter((id) => id !== actor.userId)
      const show = showing(context, oneChat)
      if (!is_group && others.length <= 1) {
        const other = others[0] ?? actor.userId
        const { shown } = await createDirectChatShown(context.ports, actor, other, show)
        return { status: 200, body: shown }
      }
      const group = { title: name ?? 'Group', member_ids: others }
      const { shown } = await createGroupShown(context.ports, actor, group, show)
      return { status: 200, body: shown }
    },
  }),
]

async function oneChat(context: AnswerContext, actor: Actor, chatId: string) {
  const [chat] = await shown(context, actor, [await getFullChat(context.ports, actor, chatId)])
  return chat
}

const shown = (context: AnswerContext, actor: Actor, chats: readonly FullChat[]) =>
  chatsAnswer(
    context,
    actor.userId,
    chats,
    (facts, chat) => chatOf({ facts, base: context.base }, actor.userId, chat),
    { numbered: true },
  )
