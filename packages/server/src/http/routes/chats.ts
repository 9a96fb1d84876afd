// Chats over HTTP.
import { createDirectChat } from '../../core/chats/create-direct-chat.ts'
import { createGroup } from '../../core/chats/create-group.ts'
import { deleteChat } from '../../core/chats/delete-chat.ts'
import { getChat } from '../../core/chats/get-chat.ts'
import { listChats } from '../../core/chats/list-chats.ts'
import { listPublicChats } from '../../core/chats/list-public-chats.ts'
import { updateChat } from '../../core/chats/update-chat.ts'
import { updatePreferences } from '../../core/chats/update-preferences.ts'
import type { Handlers } from '../call.ts'

export const chatHandlers = {
  async listChats({ ports }, { actor, query }) {
    return { status: 200, body: await listChats(ports, actor, query) }
  },

  async listPublicChats({ ports }, { actor, query }) {
    return { status: 200, body: await listPublicChats(ports, actor, query) }
  },

  async createChat({ ports }, { actor, body }) {
    const { created, chat, users } =
      body.kind === 'group'
        ? await createGroup(ports, actor, body)
        : await createDirectChat(ports, actor, body.user_id)
    return { status: created ? 201 : 200, body: { chat, users } }
  },

  async getChat({ ports }, { actor, params }) {
    return { status: 200, body: await getChat(ports, actor, params.chat_id) }
  },

  async updateChat({ ports }, { actor, params, body }) {
    return { status: 200, body: await updateChat(ports, actor, params.chat_id, body) }
  },

  async deleteChat({ ports }, { actor, params }) {
    await deleteChat(ports, actor, params.chat_id)
    return { status: 204, body: null }
  },

  async updatePreferences({ ports }, { actor, params, body }) {
    return { status: 200, body: await updatePreferences(ports, actor, params.chat_id, body) }
  },
} satisfies Partial<Handlers>
