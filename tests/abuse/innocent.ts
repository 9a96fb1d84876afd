// The person who is measured: sends over a socket, reads history, searches and logs in again, and friends upload a small picture, as people
// do. Notes how long each took and what failed.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import type { WebSocket } from 'ws'
import { formOf, Visitor } from './visitor.ts'

export const deeds = ['send', 'history', 'search', 'login', 'upload'] as const
export type Deed = (typeof deeds)[number]

/** Milliseconds between one and the next of its kind: within every limit of a person, with uploads by several in turn. */
const every: Readonly<Record<Deed, number>> = {
  send: 250,
  history: 150,
  search: 400,
  login: 2_000,
  upload: 700,
}
/** A median needs more uploads than one person may make: 30 a minute. */
const uploaders = 3
/** What is not answered by then has failed. */
const patience = 20_000

export interface Times {
  readonly millis: Readonly<Record<Deed, readonly number[]>>
  readonly errors: readonly string[]
}

export interface Innocent {
  /** Lives for so long. */
  measure(seconds: number): Promise<Times>
  close(): void
}

/** Registers, makes a chat with somebody, and writes a little. */
export async function arrive(url: string, address: string, name: string): Promise<Innocent> {
  const visitor = new Visitor(url, address)
  const account = await visitor.register(name)
  const friend = await visitor.register(`${name}-friend`)
  const { chat } = await visitor.ask({
    method: 'POST',
    path: '/api/v1/chats',
    token: account.token,
    body: { kind: 'direct', user_id: friend.id },
  })
  const chatId = (chat as { id: string }).id
  const uploading = await Promise.all(
    Array.from({ length: uploaders }, (_, index) => visitor.register(`${name}-${index + 1}`)),
  )
  let uploads = 0
  const picture = formOf('small.png', await smallPicture())
  const socket = await visitor.enter(account.token)
  let broken: string | null = null
  socket.on('close', (code) => {
    broken = `the socket was closed with ${code}`
  })
  const { token } = account
  const acts: Readonly<Record<Deed, () => Promise<unknown>>> = {
    send: () => (broken === null ? send(socket, chatId) : Promise.reject(new Error(broken))),
    history: () => visitor.ask({ path: `/api/v1/chats/${chatId}/messages?limit=50`, token }),
    search: () => visitor.ask({ path: `/api/v1/users?query=${name}`, token }),
    login: () => visitor.login(name),
    upload: () =>
      visitor.ask({
        method: 'POST',
        path: '/api/v1/files',
        token: uploading[uploads++ % uploaders]?.token,
        ...picture,
      }),
  }
  return {
    measure: (seconds) => measure(acts, seconds),
    close() {
      socket.terminate()
      visitor.close()
    },
  }
}

async function measure(
  acts: Readonly<Record<Deed, () => Promise<unknown>>>,
  seconds: number,
): Promise<Times> {
  const millis = { send: [], history: [], search: [], login: [], upload: [] } satisfies Record<Deed, number[]>
  const times: Record<Deed, number[]> = millis
  const errors: string[] = []
  const end = performance.now() + seconds * 1000
  const live = async (deed: Deed): Promise<void> => {
    while (performance.now() < end) {
      const began = performance.now()
      try {
        await inTime(acts[deed]())
        times[deed].push(performance.now() - began)
      } catch (error) {
        errors.push(`${deed}: ${error instanceof Error ? error.message : error}`)
      }
      await pause(Math.max(0, began + every[deed] - performance.now()))
    }
  }
  await Promise.all(deeds.map(live))
  return { millis: times, errors }
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), patience)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves with the acknowledgement. */
function send(socket: WebSocket, chatId: string): Promise<void> {
  const id = randomUUID()
  return new Promise((resolve, reject) => {
    const listen = (data: unknown): void => {
      const frame = JSON.parse(String(data))
      if (frame.ref !== 1 || (frame.type === 'ack' && frame.message?.id !== id)) return
      socket.off('message', listen)
      if (frame.type === 'ack') resolve()
      else reject(new Error(`${frame.code}`))
    }
    socket.on('message', listen)
    socket.send(JSON.stringify({ type: 'send_message', ref: 1, chat_id: chatId, id, text: 'hello' }))
  })
}

const smallPicture = (): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()
