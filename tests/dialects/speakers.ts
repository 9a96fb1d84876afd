// One speaker for each dialect.
import type { TestServer } from '../../packages/server/test/harness.ts'
import { idIn, Line, password, type Speaker } from './speaker.ts'

interface Texts {
  readonly text: string
}

export async function chatApplication(server: TestServer): Promise<Speaker> {
  const line = new Line(server, 'chat-application')
  await line.call('POST', '/api/v1/users/', { username: 'app_anna', password })
  const credentials = new URLSearchParams({ username: 'app_anna', password })
  const token = (await line.call('POST', '/api/v1/users/token', credentials)) as { access_token: string }
  line.token = token.access_token
  const person = await line.person('app_anna')
  let chat = 0
  return {
    dialect: 'chat-application',
    userId: person.id,
    names: { number: person.number, display: 'app_anna' },
    async join(chatId) {
      chat = await line.chatNumber(chatId)
      await line.connect(`/api/v1/ws/${person.number}`).opened
    },
    say: (text) => line.live.send({ type: 'message', chat_id: chat, text }),
    async hears(text) {
      await line.live.next({ type: 'message', chat_id: chat, text })
    },
    async history() {
      const items = (await line.call('GET', `/api/v1/chats/${chat}/history`)) as Texts[]
      return items.map((item) => item.text)
    },
    async reads(text) {
      const { id } = await line.live.next({ type: 'message', text })
      await line.live.send({ type: 'read_receipt', message_id: id })
    },
    async hearsThatRead(text, reader) {
      const { id } = await line.live.next({ type: 'message', text })
      await line.live.next({ type: 'read_receipt', message_id: id, reader_id: reader.names.number })
    },
    close: () => line.close(),
  }
}

export async function messengerApi(server: TestServer): Promise<Speaker> {
  const line = new Line(server, 'messenger-api')
  const email = 'mila@example.com'
  await line.call('POST', '/api/v1/users', { email, username: 'api_mila', password })
  const login = (await line.call('POST', '/api/v1/users/login', { email, password })) as {
    access_token: string
  }
  line.token = login.access_token
  const person = await line.person(email)
  let chat = 0
  return {
    dialect: 'messenger-api',
    userId: person.id,
    names: { number: person.number, display: 'api_mila' },
    async join(chatId) {
      chat = await line.chatNumber(chatId)
      await line.connect(`/ws/${chat}`).opened
    },
    say: (text) => line.live.send({ type: 'message', text }),
    async hears(text) {
      await line.live.next({ type: 'message', data: { text } })
    },
    async history() {
      const items = (await line.call('GET', `/api/v1/chats/${chat}/messages`)) as Texts[]
      return items.map((item) => item.text)
    },
    async reads(text) {
      const frame = await line.live.next({ type: 'message', data: { text } })
      await line.live.send({ type: 'read', message_id: idIn(frame, 'data', 'id') })
    },
    async hearsThatRead(text, reader) {
      const frame = await line.live.next({ type: 'message', data: { text } })
      const data = { message_id: idIn(frame, 'data', 'id'), reader_id: reader.names.number }
      await line.live.next({ type: 'read', data })
    },
    close: () => line.close(),
  }
}

export async function windiMessenger(server: TestServer): Promise<Speaker> {
  const line = new Line(server, 'windi-messenger')
  const [name, email] = ['Иван Иванов', 'ivan@example.com']
  await line.call('POST', '/auth/register', { name, email, password })
  const login = (await line.call('POST', '/auth/login', { email, password })) as { access_token: string }
  line.token = login.access_token
  const person = await line.person(email)
  let chat = ''
  return {
    dialect: 'windi-messenger',
    userId: person.id,
    names: { number: person.number, display: name },
    async join(chatId) {
      chat = chatId
      const socket = line.connect('/ws')
      await socket.send({ action: 'join_chat', chat_id: chat })
      await socket.next({ status: 'joined', chat_id: chat })
    },
    say: (text) => line.live.send({ action: 'send_message', chat_id: chat, text }),
    async hears(text) {
      await line.live.next({ event: 'new_message', data: { text } })
    },
    async history() {
      const items = (await line.call('GET', `/messages/history/${chat}`)) as Texts[]
      return items.map((item) => item.text)
    },
    async reads(text) {
      const frame = await line.live.next({ event: 'new_message', data: { text } })
      await line.live.send({ action: 'message_read', chat_id: chat, message_id: idIn(frame, 'data', 'id') })
    },
    async hearsThatRead(text, reader) {
      const frame = await line.live.next({ event: 'new_message', data: { text } })
      const data = { message_id: idIn(frame, 'data', 'id'), user_id: reader.userId }
      await line.live.next({ event: 'message_read', data })
    },
    types: () => line.live.send({ action: 'typing', chat_id: chat }),
    async hearsTyping(by) {
      await line.live.next({ event: 'typing', chat_id: chat, user_name: by.names.display })
    },
    close: () => line.close(),
  }
}

export async function messenger(server: TestServer): Promise<Speaker> {
  const line = new Line(server, 'messenger')
  const [name, email] = ['Саша', 'sasha@example.com']
  await line.call('POST', '/api/v1/users/register', new URLSearchParams({ name, email, password }))
  const response = await fetch(`${line.base}/api/v1/auth/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email, password }),
  })
  // The token of the cookie works as a bearer too.
  line.token = /^access_token=([^;]+)/.exec(response.headers.getSetCookie().join('\n'))?.[1] ?? ''
  const person = await line.person(email)
  let chat = ''
  return {
    dialect: 'messenger',
    userId: person.id,
    names: { number: person.number, display: name },
    async join(chatId) {
      chat = chatId
      await line.connect(`/api/v1/chats/chat/${chat}`).next({ event: 'history' })
    },
    say: (text) => line.live.send({ event: 'message', text }),
    async hears(text) {
      await line.live.next({ event: 'message', text })
    },
    async history() {
      const items = (await line.call('GET', `/api/v1/messages/history/${chat}`)) as Texts[]
      return items.map((item) => item.text).reverse()
    },
    async reads(text) {
      const frame = await line.live.next({ event: 'message', text })
      await line.live.send({ event: 'read', message_id: frame.id })
    },
    async hearsThatRead(text, reader) {
      const frame = await line.live.next({ event: 'message', text })
      await line.live.next({ event: 'read', message_id: frame.id, user_id: reader.userId })
    },
    types: () => line.live.send({ event: 'typing' }),
    async hearsTyping(by) {
      await line.live.next({ event: 'typing', sender_id: by.userId })
    },
    close: () => line.close(),
  }
}

/** Its socket only listens: sending is a call. */
export async function chatBackend(server: TestServer): Promise<Speaker> {
  const line = new Line(server, 'chat-backend')
  await line.call('POST', '/api/auth/register', { username: 'backend_bob', password })
  const login = (await line.call('POST', '/api/auth/login', { username: 'backend_bob', password })) as {
    access_token: string
  }
  line.token = login.access_token
  const person = await line.person('backend_bob')
  let chat = 0
  return {
    dialect: 'chat-backend',
    userId: person.id,
    names: { number: person.number, display: 'backend_bob' },
    async join(chatId) {
      chat = await line.chatNumber(chatId)
      const socket = line.connect(`/ws/${person.number}`)
      await socket.send({ type: 'join_chat', chat_id: chat })
      await socket.next({ type: 'joined' })
    },
    async say(text) {
      await line.call('POST', `/api/chats/${chat}/messages`, { content: text })
    },
    async hears(text) {
      await line.live.next({ type: 'new_message', content: text })
    },
    async history() {
      const items = (await line.call('GET', `/api/chats/${chat}/messages`)) as Texts[]
      return items.map((item) => item.text)
    },
    // Its contract has no call for it.
    reads: async () => undefined,
    types: () => line.live.send({ type: 'typing', chat_id: chat }),
    async hearsTyping(by) {
      await line.live.next({ type: 'typing', user_id: by.names.number })
    },
    close: () => line.close(),
  }
}
