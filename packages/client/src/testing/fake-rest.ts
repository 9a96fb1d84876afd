// The REST calls that the fake server knows.
import type { ErrorCode, Message, SyncAnswer } from '@parley/protocol'
import { errorRow } from '@parley/protocol'
import { idOf, type ModelChat, userOf } from './model-chat.ts'

/** The account that the server knows. */
export const meId = idOf(10)

/** What the calls read and change. */
export interface FakeAccount {
  readonly chats: ReadonlyMap<string, ModelChat>
  token: string
  refreshToken: string | null
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
  if (noun === 'auth') return { status: 204 }
  if (noun === 'sync') return ok(sync(server, body as { chats: Record<string, number> }))
  if (noun === 'users') {
    return ok({
      items: (searchParams.get('ids') ?? '').split(',').map((of) => userOf(of)),
      next_cursor: null,
    })
  }
  if (noun === 'messages') return messageById(server, id)
  const chat = server.chats.get(id)
  if (noun !== 'chats' || method !== 'GET' || chat === undefined) return problem('not_found')
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
    ...{ user: userOf(meId), session_id: meId, token_type: 'Bearer', expires_in: 900 },
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

const messageById = (server: FakeAccount, id: string): RestAnswer => {
  const all = [...server.chats.values()].flatMap(({ messages }) => messages)
  const message = all.find((known) => known.id === id)
  return message === undefined ? problem('not_found') : ok({ message, users: [] })
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
