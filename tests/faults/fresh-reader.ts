// Asks the server anew, without an SDK client that might remember something.
import type { AuthAnswer, ChatView, Message, RouteAnswer } from '@parley/protocol'

export interface FreshReader {
  chat(chatId: string): Promise<ChatView>
  /** The whole history, a page at a time. */
  history(chatId: string): AsyncIterable<readonly Message[]>
}

/** Logs in for the occasion. */
export async function readAfresh(url: string, login: string, password: string): Promise<FreshReader> {
  const { access_token } = await ask<AuthAnswer>(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password }),
  })
  const get = <T>(path: string): Promise<T> =>
    ask<T>(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${access_token}` } })
  return {
    chat: async (chatId) => (await get<RouteAnswer<'getChat'>>(`/chats/${chatId}`)).chat,
    async *history(chatId) {
      let after = 0
      for (let more = true; more; ) {
        const path = `/chats/${chatId}/messages?after=${after}&limit=100`
        const page = await get<RouteAnswer<'listMessages'>>(path)
        yield page.items
        after = page.items.at(-1)?.seq ?? after
        more = page.has_after
      }
    },
  }
}

async function ask<T>(address: string, init: RequestInit): Promise<T> {
  const answer = await fetch(address, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as T
}
