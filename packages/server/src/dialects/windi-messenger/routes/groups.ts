// Groups. Only their owner, who made them, changes who is in them.
import { limits, Title } from '@parley/protocol'
import Type from 'typebox'
import { requireGroup, requireOwner } from '../../../core/access.ts'
import type { Actor } from '../../../core/actor.ts'
import { createGroupShown } from '../../../core/chats/create-group.ts'
import { deleteChat } from '../../../core/chats/delete-chat.ts'
import { getFullChat } from '../../../core/chats/list-full-chats.ts'
import { AppError } from '../../../core/errors.ts'
import { addMembersShown } from '../../../core/members/add-members.ts'
import { getMembership } from '../../../core/members/get-membership.ts'
import { removeMember } from '../../../core/members/remove-member.ts'
import { type AnswerContext, showing } from '../../kit/answers.ts'
import type { DialectContext } from '../../kit/context.ts'
import { DialectError } from '../../kit/errors.ts'
import { chatIdOf } from '../../kit/refs.ts'
import { maybe, object, route, Uuid } from '../../kit/route.ts'
import { showGroup } from '../answers.ts'
import { GroupShape } from '../shapes.ts'

const UserIds = Type.Array(Uuid, { maxItems: limits.membersPerCall })
const groupPath = object({ group_id: Uuid })
const lowerCase = (ids: readonly string[]) => ids.map((id) => id.toLowerCase())

/** A personal chat is no group, and none of a stranger's business. */
const errors = {
  not_found: [404, 'Group not found'],
  direct_chat: [404, 'Group not found'],
} as const

export const groupRoutes = [
  route({
    method: 'POST',
    path: '/groups',
    auth: 'user',
    summary: 'Создание группы',
    body: object({ title: Title, member_ids: maybe(UserIds) }),
    answers: { 201: GroupShape },
    errors: { not_found: [404, 'User not found'] },
    async handle(context, { actor, body }) {
      const member_ids = lowerCase(body.member_ids ?? [])
      const group = { title: body.title, member_ids }
      const { shown } = await createGroupShown(context.ports, actor, group, showing(context, groupOf))
      return { status: 201, body: shown }
    },
  }),
  route({
    method: 'GET',
    path: '/groups/{group_id}',
    auth: 'user',
    summary: 'Получение информации о группе',
    params: groupPath,
    answers: { 200: GroupShape },
    errors,
    async handle(context, { actor, params }) {
      const groupId = await chatIdOf(context, params.group_id)
      return { status: 200, body: await groupOf(context, actor, groupId) }
    },
  }),
  route({
    method: 'POST',
    path: '/groups/{group_id}/members',
    auth: 'user',
    summary: 'Добавление участников',
    params: groupPath,
    body: object({ user_ids: UserIds }),
    answers: { 200: GroupShape },
    errors,
    async handle(context, { actor, params, body }) {
      const groupId = await ownGroupId(context, actor, params.group_id)
      const userIds = lowerCase(body.user_ids)
      const show = showing(context, groupOf)
      try {
        return { status: 200, body: await addMembersShown(context.ports, actor, groupId, userIds, show) }
      } catch (error) {
        throw isNotFound(error) ? new DialectError(404, 'User not found') : error
      }
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group_id}/members',
    auth: 'user',
    summary: 'Удаление участников; кто не состоит в группе, пропускается',
    params: groupPath,
    body: object({ user_ids: UserIds }),
    answers: { 200: GroupShape },
    errors,
    async handle(context, { actor, params, body }) {
      const groupId = await ownGroupId(context, actor, params.group_id)
      const userIds = new Set(lowerCase(body.user_ids))
      if (userIds.has(actor.userId)) throw new DialectError(403, 'Cannot remove group creator')
      const group = await groupOf(context, actor, groupId)
      for (const userId of userIds) await removeIfThere(context, actor, groupId, userId)
      const members = group.members.filter(({ user }) => !userIds.has(user.id))
      return { status: 200, body: { ...group, members } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/groups/{group_id}',
    auth: 'user',
    summary: 'Удаление группы',
    params: groupPath,
    answers: { 204: null },
    errors,
    async handle(context, { actor, params }) {
      await deleteChat(context.ports, actor, await chatIdOf(context, params.group_id))
      return { status: 204 }
    },
  }),
]

async function groupOf(context: AnswerContext, actor: Actor, groupId: string) {
  const full = await getFullChat(context.ports, actor, groupId)
  requireGroup(full.chat)
  return showGroup(context, actor, full)
}

/** In the core admins change members too; this contract knows none. */
async function ownGroupId(context: DialectContext, actor: Actor, ref: string): Promise<string> {
  const groupId = await chatIdOf(context, ref)
  const { chat, member } = await getMembership(context.ports, actor, groupId)
  requireGroup(chat)
  requireOwner(member)
  return groupId
}

async function removeIfThere(context: DialectContext, actor: Actor, groupId: string, userId: string) {
  try {
    await removeMember(context.ports, actor, groupId, userId)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

const isNotFound = (error: unknown) => error instanceof AppError && error.code === 'not_found'
