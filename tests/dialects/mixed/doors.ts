// The doors by which somebody acts in a chat: the canonical API by HTTP and by its socket, and every contract by its calls and its sockets. A deed that a
// door has no call or frame for is missing.
import { randomUUID } from 'node:crypto'
import { type Id, limits } from '@parley/protocol'
import type { FrameFields } from '../../access/dialects/dialect-case.ts'
import { multipartOf, type RouteKey } from '../../access/dialects/dialect-door.ts'
import type { Place } from '../../access/dialects/place.ts'
import { Listener } from '../../access/listener.ts'
import type { Person } from '../../access/people.ts'
import type { Stage } from '../../access/stage.ts'
import { throughCall, throughSocket } from './through.ts'

/** The id of the new message as the door's own contract has it, where it answers with one. */
type Sent = string | number | undefined
type Deed = (stage: Stage, place: Place) => Promise<unknown>
type Telling = (stage: Stage, place: Place, text: string) => Promise<unknown>

export interface Door {
  /** Code points of the longest text that it takes. */
  readonly longest: number
  /** The contract whose ids it answers with. */
  readonly contract?: string
  say(stage: Stage, place: Place, text: string): Promise<Sent>
  /** With a text or without. */
  sendFiles?(stage: Stage, place: Place, text: string, files: readonly string[]): Promise<unknown>
  /** Files come one by one, after the message. */
  readonly attaches?: true
  /** To the place's message of somebody else. */
  readonly reply?: Telling
  /** The place's own message. */
  readonly edit?: Telling
  readonly delete?: Deed
  readonly rename?: Telling
  /** The guest. */
  readonly add?: Deed
  /** The bystander. */
  readonly remove?: Deed
  /** Whoever acts. */
  readonly leave?: Deed
  /** Up to the place's message of somebody else. */
  readonly read?: Deed
  readonly type?: Deed
}

const inChat = ({ chatId }: Place) => ({ params: { chat_id: chatId } })

async function uploaded(stage: Stage, { token }: Person, names: readonly string[]): Promise<Id[]> {
  const ids: Id[] = []
  for (const name of names) {
    const { headers, bytes } = await multipartOf(textFile(name))
    const answer = await stage.door.send({
      method: 'POST',
      path: '/api/v1/files',
      headers: { ...headers, authorization: `Bearer ${token}` },
      body: bytes,
    })
    ids.push(JSON.parse(answer.text).file.id)
  }
  return ids
}

const textFile = (name: string) => ({ name, type: 'text/plain', content: Buffer.from(name) })

const send = (stage: Stage, place: Place, body: object) =>
  stage.door.ask('sendMessage', place.self.token, { ...inChat(place), body })

const http: Door = {
  longest: limits.messageTextMax,
  async say(stage, place, text) {
    await send(stage, place, { text })
    return undefined
  },
  async sendFiles(stage, place, text, files) {
    const file_ids = await uploaded(stage, place.self, files)
    await send(stage, place, text === '' ? { file_ids } : { text, file_ids })
  },
  reply: (stage, place, text) => send(stage, place, { text, reply_to_id: place.theirs }),
  edit: ({ door }, { self, own }, text) =>
    door.ask('editMessage', self.token, { params: { message_id: own }, body: { text } }),
  delete: ({ door }, { self, own }) => door.ask('deleteMessage', self.token, { params: { message_id: own } }),
  rename: ({ door }, place, title) =>
    door.ask('updateChat', place.self.token, { ...inChat(place), body: { title } }),
  add: ({ door }, place) =>
    door.ask('addMembers', place.self.token, { ...inChat(place), body: { user_ids: [place.cast.guest.id] } }),
  remove: ({ door }, { chatId, self, cast }) =>
    door.ask('removeMember', self.token, { params: { chat_id: chatId, user_id: cast.bystander.id } }),
  leave: ({ door }, { chatId, self }) =>
    door.ask('removeMember', self.token, { params: { chat_id: chatId, user_id: self.id } }),
  async read({ door }, place) {
    const { message } = await door.ask('getMessage', place.self.token, {
      params: { message_id: place.theirs },
    })
    await door.ask('markRead', place.self.token, { ...inChat(place), body: { seq: message.seq } })
  },
  type: ({ door }, place) => door.ask('sendTyping', place.self.token, inChat(place)),
}

async function frame(stage: Stage, { self }: Place, fields: object): Promise<void> {
  const listener = await Listener.enter(stage.server.url, self.token)
  const answer = await listener.ask(fields)
  listener.leave()
  if (answer.type !== 'ack') throw new Error(JSON.stringify(answer))
}

const newMessage = (stage: Stage, place: Place, fields: object) =>
  frame(stage, place, { type: 'send_message', chat_id: place.chatId, id: randomUUID(), ...fields })

const socket: Door = {
  longest: limits.messageTextMax,
  async say(stage, place, text) {
    await newMessage(stage, place, { text })
    return undefined
  },
  async sendFiles(stage, place, text, files) {
    const file_ids = await uploaded(stage, place.self, files)
    await newMessage(stage, place, text === '' ? { file_ids } : { text, file_ids })
  },
  reply: (stage, place, text) => newMessage(stage, place, { text, reply_to_id: place.theirs }),
  edit: (stage, place, text) => frame(stage, place, { type: 'edit_message', message_id: place.own, text }),
  delete: (stage, place) => frame(stage, place, { type: 'delete_message', message_id: place.own }),
  async read(stage, place) {
    const params = { message_id: place.theirs }
    const { message } = await stage.door.ask('getMessage', place.self.token, { params })
    await frame(stage, place, { type: 'read', chat_id: place.chatId, seq: message.seq })
  },
  type: (stage, place) => frame(stage, place, { type: 'typing', chat_id: place.chatId }),
}

const saying =
  (name: string, key: RouteKey): Door['say'] =>
  async (stage, place, text) =>
    (await throughCall(stage, name, key, place, { body: { text } }))?.id

const sayingBy =
  (name: string, path: string, kind: string): Door['say'] =>
  async (stage, place, text) => {
    await throughSocket(stage, name, path, kind, place, { text })
    return undefined
  }

const call =
  (name: string, key: RouteKey): Deed =>
  (stage, place) =>
    throughCall(stage, name, key, place)

/** For contracts that name people by integers. */
const leaving =
  (name: string, key: RouteKey): Deed =>
  (stage, place) =>
    throughCall(stage, name, key, place, { params: { user_id: place.numbers.self } })

const by =
  (name: string, path: string, kind: string, fields: FrameFields = {}): Deed =>
  (stage, place) =>
    throughSocket(stage, name, path, kind, place, fields)

const application = 'chat-application'
const api = 'messenger-api'
const windi = 'windi-messenger'
const messenger = 'messenger'
const backend = 'chat-backend'
const ofChat = '/api/v1/chats/chat/{chat_id}'
const longest = limits.messageTextMax

export const doors: Readonly<Record<string, Door>> = {
  'the canonical API': http,
  'the canonical socket': socket,
  'the calls of chat-application': {
    longest,
    contract: application,
    say: saying(application, 'POST /api/v1/messages/'),
    add: call(application, 'POST /api/v1/chats/{chat_id}/members'),
    remove: call(application, 'DELETE /api/v1/chats/{chat_id}/members/{user_id}'),
    leave: leaving(application, 'DELETE /api/v1/chats/{chat_id}/members/{user_id}'),
    read: call(application, 'PUT /api/v1/messages/{message_id}/read'),
  },
  'the socket of chat-application': {
    longest,
    say: sayingBy(application, '/api/v1/ws/{user_id}', 'message'),
    read: by(application, '/api/v1/ws/{user_id}', 'read_receipt'),
  },
  'messenger-api': {
    longest,
    say: sayingBy(api, '/ws/{chat_id}', 'message'),
    add: call(api, 'POST /api/v1/chats/{chat_id}/participants/{user_id}'),
    remove: call(api, 'DELETE /api/v1/chats/{chat_id}/participants/{user_id}'),
    leave: leaving(api, 'DELETE /api/v1/chats/{chat_id}/participants/{user_id}'),
    read: by(api, '/ws/{chat_id}', 'read'),
  },
  'messenger-api below its prefix': {
    longest,
    say: sayingBy(api, '/api/v1/ws/{chat_id}', 'message'),
    add: call(api, 'POST /api/v1/chats/{chat_id}/participants'),
    read: by(api, '/api/v1/ws/{chat_id}', 'read'),
  },
  'windi-messenger': {
    longest: 4096,
    say: sayingBy(windi, '/ws', 'send_message'),
    add: call(windi, 'POST /groups/{group_id}/members'),
    remove: call(windi, 'DELETE /groups/{group_id}/members'),
    read: by(windi, '/ws', 'message_read'),
    type: by(windi, '/ws', 'typing'),
  },
  'the calls of messenger': {
    longest,
    contract: messenger,
    say: saying(messenger, 'POST /api/v1/messages/send'),
  },
  'the forms of messenger': {
    longest,
    say: saying(messenger, 'POST /api/v1/chats/{chat_id}/send'),
    read: call(messenger, 'POST /api/v1/chats/{chat_id}/read'),
  },
  'the socket of messenger': {
    longest,
    say: sayingBy(messenger, ofChat, 'message'),
    read: by(messenger, ofChat, 'read'),
    type: by(messenger, ofChat, 'typing'),
  },
  'chat-backend': {
    longest,
    contract: backend,
    attaches: true,
    say: sayInBackend,
    async sendFiles(stage, place, text, files) {
      const message_id = (await sayInBackend(stage, place, text)) ?? ''
      for (const name of files) {
        const parts = { params: { message_id }, file: textFile(name) }
        await throughCall(stage, backend, 'POST /api/messages/{message_id}/files', place, parts)
      }
    },
    edit: (stage, place, text) =>
      throughCall(stage, backend, 'PUT /api/messages/{message_id}', place, {
        body: { content: text, text },
      }),
    delete: call(backend, 'DELETE /api/messages/{message_id}'),
    type: by(backend, '/ws/{user_id}', 'typing'),
  },
}

/** Both names of a text are in its example. */
async function sayInBackend(stage: Stage, place: Place, text: string): Promise<Sent> {
  const parts = { body: { content: text, text } }
  return (await throughCall(stage, backend, 'POST /api/chats/{chat_id}/messages', place, parts))?.id
}
