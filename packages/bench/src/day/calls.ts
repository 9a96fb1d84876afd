// The calls that people make in a day, by kind.
import { setTimeout as sleep } from 'node:timers/promises'
import { type Api, ApiFault } from '../api.ts'
import { stampedText } from '../load/stamped-text.ts'
import { type DayPerson, Refusal } from './person.ts'
import type { KindOfCall } from './plan.ts'

/** A person in one of the own chats. */
export interface Part {
  readonly person: DayPerson
  readonly token: string
  readonly chatId: string
}

export interface CallPorts {
  readonly api: Api
  readonly textBytes: number
  /** Of every chat, how many messages it must have. */
  readonly expected: Map<string, number>
  /** The server failed, and is asked again. */
  readonly onFailure: () => void
}

const pageLimit = 50
const retryMs = 250

/** Resolves with the answer to a call that was due at that time. */
export async function makeCall(kind: KindOfCall, part: Part, due: number, ports: CallPorts): Promise<void> {
  const { api, expected, textBytes } = ports
  const { person, token, chatId } = part
  switch (kind) {
    case 'send':
      await person.send(chatId, dueText(due, textBytes))
      expected.set(chatId, (expected.get(chatId) ?? 0) + 1)
      return
    case 'read':
      return person.read(chatId)
    case 'typing':
      return person.typing(chatId)
    case 'history': {
      const before = 1 + Math.floor(Math.random() * (person.lastSeq(chatId) + 1))
      const query = { before, limit: pageLimit }
      await api.call('listMessages', { token, params: { chat_id: chatId }, query })
      return
    }
    case 'chats':
      await api.call('listChats', { token })
      return
    case 'reconnect':
      return comeBack(person, ports)
  }
}

/** Tries again for as long as the server fails. */
async function comeBack(person: DayPerson, { onFailure }: CallPorts): Promise<void> {
  while (true) {
    try {
      return await person.reconnect()
    } catch (error) {
      if (!isFailure(error)) throw error
      onFailure()
      await sleep(retryMs)
    }
  }
}

/** With the time at which it was due where the generator's texts have theirs. */
function dueText(due: number, length: number): string {
  const text = stampedText(0, length)
  const stamp = String(due).padStart(14, '0')
  return `${text[0]}${stamp}${text.slice(1 + stamp.length)}`
}

/** An answer of 5xx over HTTP or to an upgrade, or a frame that says the same. */
export const isFailure = (error: unknown): boolean =>
  (error instanceof ApiFault && error.status >= 500) ||
  (error instanceof Refusal && (error.code === 'internal' || error.code === 'unavailable')) ||
  (error instanceof Error && /HTTP\/1\.1 5\d\d/.test(error.message))
