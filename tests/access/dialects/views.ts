// A chat as each contract shows it to somebody: its history, and itself among the chats.
import type { Id } from '@parley/protocol'
import type { Person } from '../people.ts'
import type { Stage } from '../stage.ts'
import { expectShape } from './answer-shapes.ts'

export interface ShownMessage {
  readonly id: string | number
  readonly text: string
  readonly is_read?: boolean
  readonly read_by?: readonly unknown[]
}

interface ShownChat {
  /** As it came. */
  readonly row: ChatRow
  readonly name: string | null
  readonly members: readonly unknown[]
  /** Missing where the contract shows none. */
  readonly last?: ShownMessage | null
  readonly unread?: number
}

interface View {
  /** From old to new; `search` is that of the call. */
  history(chatId: Id, viewer: Person, search?: string): Promise<ShownMessage[]>
  /** Missing where the contract has no list of chats. */
  listed?(chatId: Id, viewer: Person): Promise<ShownChat>
  /** By itself; missing where the contract has no such call. */
  alone?(chatId: Id, viewer: Person): Promise<ShownChat>
  /** One message by itself; missing where the contract has no such call. */
  message?(messageId: ShownMessage['id'], viewer: Person): Promise<ShownMessage>
}

export const wasRead = ({ is_read, read_by = [] }: ShownMessage): boolean => is_read ?? read_by.length > 0

/** By the names of the dialects. */
export function viewsOf(stage: Stage): Readonly<Record<string, View>> {
  const get = async (path: string, { token }: Person) => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await stage.door.send({ method: 'GET', path: `/compat/${path}`, headers })
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`)
    const body = JSON.parse(answer.text)
    const [, dialect = '', below = ''] = /^([\w-]+)(\/[^?]*)/.exec(path) ?? []
    expectShape(dialect, 'GET', below, answer.status, body)
    return body
  }
  const numberOf = async (chatId: Id) => {
    const [chat] = await stage.server.app.ports.storage.stores.chatFacts.byIds([chatId])
    return chat?.number ?? Number.NaN
  }
  const chatAt = async (path: string, viewer: Person) => toChat(await get(path, viewer))
  const chatIn = async (path: string, viewer: Person, id: unknown) => {
    const chats: readonly ChatRow[] = await get(path, viewer)
    const chat = chats.find((candidate) => candidate.id === id)
    if (chat === undefined) throw new Error(`The chat is not in ${path}`)
    return toChat(chat)
  }

  const application = 'chat-application/api/v1/chats'
  const backend = 'chat-backend/api/chats'
  const api = 'messenger-api/api/v1/chats'

  return {
    'chat-application': {
      history: async (chatId, viewer, search = '') =>
        get(`${application}/${await numberOf(chatId)}/history${search}`, viewer),
      listed: async (chatId, viewer) => chatIn(application, viewer, await numberOf(chatId)),
      alone: async (chatId, viewer) => chatAt(`${application}/${await numberOf(chatId)}`, viewer),
      message: (messageId, viewer) => get(`chat-application/api/v1/messages/${messageId}`, viewer),
    },
    'chat-backend': {
      history: async (chatId, viewer, search = '') =>
        get(`${backend}/${await numberOf(chatId)}/messages${search}`, viewer),
      listed: async (chatId, viewer) => chatIn(backend, viewer, await numberOf(chatId)),
    },
    messenger: {
      history: async (chatId, viewer, search = '') =>
        (await get(`messenger/api/v1/messages/history/${chatId}${search}`, viewer)).toReversed(),
    },
    'messenger-api': {
      history: async (chatId, viewer, search = '') =>
        get(`${api}/${await numberOf(chatId)}/messages${search}`, viewer),
      listed: async (chatId, viewer) => chatIn(api, viewer, await numberOf(chatId)),
      alone: async (chatId, viewer) => chatAt(`${api}/${await numberOf(chatId)}`, viewer),
    },
    'windi-messenger': {
      history: (chatId, viewer, search = '') =>
        get(`windi-messenger/messages/history/${chatId}${search}`, viewer),
      listed: (chatId, viewer) => chatIn('windi-messenger/chats', viewer, chatId),
      alone: (chatId, viewer) => chatAt(`windi-messenger/groups/${chatId}`, viewer),
    },
  }
}

/** In the words of all contracts that show chats. */
interface ChatRow {
  readonly id: unknown
  readonly name?: string | null
  readonly title?: string
  readonly members?: readonly unknown[]
  readonly participants?: readonly unknown[]
  readonly last_message?: ShownMessage | null
  readonly unread_count?: number
}

const toChat = (row: ChatRow): ShownChat => {
  const { name, title, members, participants, last_message: last, unread_count: unread } = row
  return {
    row,
    name: title ?? name ?? null,
    members: members ?? participants ?? [],
    ...(last === undefined ? {} : { last }),
    ...(unread === undefined ? {} : { unread }),
  }
}
