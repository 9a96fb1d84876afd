// The REST calls that the fake server knows.
import type { ErrorCode, Message, SyncAnswer } from '@parley/protocol'
import { errorRow } from '@parley/protocol'
import { sampleMe } from '../../../protocol/test/samples.ts'
import { idOf, type ModelChat, userOf } from './model-chat.ts'

/** The account that the server knows. */
export const meId = idOf(10)

export const sessionId = idOf(500)
export const me = sampleMe(userOf(meId))

/** What the calls read and change. */
export interface FakeAccount {
  readonly chats: ReadonlyMap<string, ModelChat>
  token: string
  refreshToken: string | null
  /** Whom the credentials are of, as the server sees it. */
  readonly userId: string
  /** What was uploaded, as it came. */
  readonly files: string[]
}

export interface RestAnswer {
  readonly status: number
  readonly body?: unknown
}

export const problem = (code: ErrorCode): RestAnswer => {
  const { status, title, retryable } = errorRow(code)
  const body = { type: 'about:blank', title, status, detail: title, code, retryable, request_id: 'r-1' }
  return { status, body }
}

const ok = (body: unknown): RestAnswer => ({ status: 200, body })

/** `call`: `METHOD path?query` below /api/v1. `isKnown`: the token was right. */
export const answerRest = (
  server: FakeAccount,
  call: string,
  body: unknown,
  isKnown: boolean,
): RestAnswer => {
  const [method = '', target = ''] = call.split(' ')
  const { pathname, searchParams } = new URL(target, 'http://fake')
  const [, noun = '', id = '', part = ''] = pathname.split('/')
  if (noun === 'auth' && id === 'refresh') return refresh(server, body)
  if (!isKnown) return problem('unauthenticated')
  if (noun === 'auth' && method === 'GET') return ok({ items: [{ id: sessionId, current: true }] })
  if (noun === 'auth') return { status: 204 }
  if (noun === 'files') return ok({ file: { id: idOf(700 + server.files.push(String(body))) } })
  if (noun === 'sync') return ok(sync(server, body as { chats: Record<string, number> }))
  if (noun === 'users' && id === 'me') return ok({ user: { ...me, id: server.userId } })
  if (noun === 'users') {
    return ok({
      items: (searchParams.get('ids') ?? '').split(',').map((of) => userOf(of)),
      next_cursor: null,
    })
  }
  if (noun === 'messages') return messageById(server, method, id, body)
  if (noun === 'chats' && id === '' && method === 'GET') {
    const items = [...server.chats.values()].map((known) => known.view(meId))
    return ok({ items, next_cursor: null, users: [] })
  }
  const chat = server.chats.get(id)
  if (noun !== 'chats' || chat === undefined) return problem('not_found')
  if (method === 'POST' && part === 'messages') return send(chat, body as { id: string; text: string })
  if (method === 'PUT' && part === 'read') return read(chat, body as { seq: number })
  if (method !== 'GET') return problem('not_found')
  if (part === 'messages') return ok({ ...pageOf(chat, searchParams), users: [] })
  if (part === 'members') return ok({ items: chat.present(), next_cursor: null, users: [] })
  return ok({ chat: chat.view(meId), users: [] })
}

const refresh = (server: FakeAccount, body: unknown): RestAnswer => {
  const given = (body as { refresh_token?: string }).refresh_token
  if (server.refreshToken === null || given !== server.refreshToken) return problem('invalid_refresh_token')
  const number = Number(server.refreshToken.split(' ')[1]) + 1
  server.token = `token ${number}`
  server.refreshToken = `refresh ${number}`
  return ok({
    ...{ user: userOf(server.userId), session_id: meId, token_type: 'Bearer', expires_in: 900 },
    ...{ access_token: server.token, refresh_token: server.refreshToken },
  })
}

const sync = (server: FakeAccount, { chats }: { readonly chats: Record<string, number> }): SyncAnswer => {
  const named = Object.entries(chats).map(([id, version]) => ({ chat: server.chats.get(id), version, id }))
  const changes = named.flatMap(({ chat, version }) => (chat === undefined ? [] : [chat.since(version)]))
  return {
    chats: named.flatMap(({ chat }) => (chat === undefined ? [] : [chat.view(meId)])),
    ...{ next_cursor: null, gaps: [], users: [] },
    messages: changes.flatMap(({ messages }) => messages),
    members: changes.flatMap(({ members }) => members),
    removed: named.flatMap(({ chat, id }) => (chat === undefined ? [id] : [])),
  }
}

const find = (chat: ModelChat | undefined, id: string) => chat?.messages.find((known) => known.id === id)

const messageById = (server: FakeAccount, method: string, id: string, body: unknown): RestAnswer => {
  const chat = [...server.chats.values()].find((known) => find(known, id) !== undefined)
  const seq = find(chat, id)?.seq ?? 0
  if (method === 'PATCH') chat?.edit(seq, (body as { text: string }).text)
  if (method === 'DELETE') chat?.delete(seq)
  const message = find(chat, id)
  return message === undefined ? problem('not_found') : ok({ message, users: [] })
}

const send = (chat: ModelChat, { id, text }: { readonly id: string; readonly text: string }): RestAnswer => {
  if (find(chat, id) === undefined) chat.send(meId, text, id)
  return ok({ message: find(chat, id), users: [] })
}

const read = (chat: ModelChat, { seq }: { readonly seq: number }): RestAnswer => {
  chat.read(meId, seq, meId)
  const { id, read_seq, unread_count, version } = chat.view(meId)
  return ok({ chat_id: id, seq: read_seq, at: '2026-01-01T00:00:00.000Z', unread_count, version })
}

const pageOf = ({ messages }: ModelChat, query: URLSearchParams) => {
  const limit = Number(query.get('limit') ?? 50)
  const [before, after, around] = ['before', 'after', 'around'].map((name) => query.get(name))
  const start = (): number => {
    if (before != null) return Math.max(0, Number(before) - 1 - limit)
    if (after != null) return Number(after)
    if (around != null) return Math.max(0, Number(around) - 1 - limit / 2)
    return Math.max(0, messages.length - limit)
  }
  const from = start()
  const to = before == null ? Math.min(messages.length, from + limit) : Number(before) - 1
  const items: Message[] = messages.slice(from, to)
  return { items, has_before: from > 0, has_after: to < messages.length }
}
