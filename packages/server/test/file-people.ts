// People who send each other files over HTTP, for tests of the whole server.
import type { File, Id, Me, Message, Problem } from '@parley/protocol'
import { expect } from 'vitest'
import type { TestServer } from './harness.ts'

export interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  /** The decoded body; of an error its problem. */
  readonly body: T
}

export type Part = { readonly name?: string; readonly content: string | Uint8Array; readonly type?: string }

/** A multipart body by the browser's own means. */
export function formOf(parts: Readonly<Record<string, Part | string>>): FormData {
  const form = new FormData()
  for (const [field, part] of Object.entries(parts)) {
    if (typeof part === 'string') form.append(field, part)
    else
      form.append(
        field,
        new Blob([Buffer.from(part.content)], part.type === undefined ? {} : { type: part.type }),
        part.name ?? 'a file',
      )
  }
  return form
}

let count = 0

export class FilePerson {
  readonly id: Id
  readonly token: string
  readonly #url: string

  constructor(url: string, me: Me, token: string) {
    this.#url = url
    this.id = me.id
    this.token = token
  }

  static async arrive({ url }: TestServer, name = 'person'): Promise<FilePerson> {
    count += 1
    const response = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: `${name}.${count}`, password: 'correct horse battery' }),
    })
    const { user, access_token } = (await response.json()) as { user: Me; access_token: string }
    return new FilePerson(url, user, access_token)
  }

  /** Any request, with this person's token. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${this.token}`, ...init.headers },
    })
  }

  /** A request with JSON, if any, and an answer of JSON. */
  async ask<T = Problem>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const json =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return decoded<T>(await this.fetch(path, { method, ...json }))
  }

  /** Sends a form and gives whatever is answered. */
  async sendForm<T = Problem>(method: string, path: string, form: FormData): Promise<Answer<T>> {
    return decoded<T>(await this.fetch(path, { method, body: form }))
  }

  /** An upload that must succeed. */
  async upload(part: Part): Promise<File> {
    const { status, body } = await this.sendForm<{ file: File }>('POST', '/files', formOf({ file: part }))
    if (status !== 201) throw new Error(`The upload was answered with ${status} ${JSON.stringify(body)}`)
    return body.file
  }

  async groupWith(...others: readonly FilePerson[]): Promise<Id> {
    const group = { kind: 'group', title: 'files', member_ids: others.map(({ id }) => id) }
    return (await this.ask<{ chat: { id: Id } }>('POST', '/chats', group)).body.chat.id
  }

  /** A message with files that must be stored. */
  async send(chatId: Id, body: { id?: Id; text?: string; file_ids?: readonly Id[] }): Promise<Message> {
    const answer = await this.ask<{ message: Message }>('POST', `/chats/${chatId}/messages`, body)
    if (answer.status > 201) throw new Error(`The message was answered with ${JSON.stringify(answer.body)}`)
    return answer.body.message
  }
}

/** Resolves when nothing is to be done about any picture, with the file as it is known then. */
export async function settled({ app }: TestServer, owner: FilePerson, file: File): Promise<File> {
  const { files, previews } = app.ports.storage.stores
  await expect.poll(() => previews.owners()).toEqual([])
  const found = await files.findFor(file.id, owner.id)
  if (found === null) throw new Error('The file has gone')
  return found.file
}

async function decoded<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text()
  const { status, headers } = response
  return { status, headers, body: (text === '' ? null : JSON.parse(text)) as T }
}
