// Membership over HTTP.
import { addMembers } from '../../core/members/add-members.ts'
import { listMembers } from '../../core/members/list-members.ts'
import { removeMember } from '../../core/members/remove-member.ts'
import { updateMember } from '../../core/members/update-member.ts'
import type { Handlers } from '../call.ts'

export const memberHandlers = {
  async listMembers({ ports }, { actor, params, query }) {
    return { status: 200, body: await listMembers(ports, actor, params.chat_id, query) }
  },

  async addMembers({ ports }, { actor, params, body }) {
    return { status: 200, body: await addMembers(ports, actor, params.chat_id, body.user_ids) }
  },

  async updateMember({ ports }, { actor, params, body }) {
    const changed = await updateMember(ports, actor, params.chat_id, params.user_id, body.role)
    return { status: 200, body: changed }
  },

  async removeMember({ ports }, { actor, params }) {
    await removeMember(ports, actor, params.chat_id, params.user_id)
    return { status: 204, body: null }
  },
} satisfies Partial<Handlers>
