// A person who sends without pause: each message waits for its acknowledgement, then the next one follows.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { ClosedError, ConnectionError, ParleyError } from '@parley/client'
import type { Note } from './history-file.ts'
import type { Person } from './people.ts'

/**
 * - `socket`: through the SDK's outbox
 * - `rest`: by HTTP, repeated until there is an answer
 * - `resend`: by the outbox, and some messages again after they were acknowledged
 * - `twice`: the same message by both at the same time
 */
type Habit = 'socket' | 'rest' | 'resend' | 'twice'

const habits: readonly Habit[] = [...Array<Habit>(7).fill('socket'), 'rest', 'resend', 'twice']
const resendEvery = 3
const readEvery = 10
/** A client over HTTP tries again this long, in milliseconds, after it got no answer or was asked to come later. */
const retryAfter = 100

/** Of ten people seven use the socket alone. */
export const habitOf = (index: number): Habit => habits[index % habits.length] ?? 'socket'

export interface SenderPorts {
  readonly note: Note
  /** Finish the message in hand, then end. */
  readonly stop: AbortSignal
  /** End now. */
  readonly abandon: AbortSignal
}

interface Draft {
  readonly id: string
  readonly text: string
}

/** Resolves when it was stopped and the message in hand has its answer. */
export async function keepSending(person: Person, habit: Habit, ports: SenderPorts): Promise<void> {
  const { chats } = person.client
  for (let count = 1; !ports.stop.aborted; count += 1) {
    const draft = { id: randomUUID(), text: `${person.name} ${count}` }
    const seq = await sendAs(habit, count, { person, draft, ports })
    if (seq !== undefined && count % readEvery === 0) chats.handle(person.chat).markRead(seq)
  }
}

interface Sending {
  readonly person: Person
  readonly draft: Draft
  readonly ports: SenderPorts
}

/** The number that the message got; undefined if it was refused or given up. */
async function sendAs(habit: Habit, count: number, sending: Sending): Promise<number | undefined> {
  switch (habit) {
    case 'socket':
      return sendBySocket(sending)
    case 'rest':
      return sendByRest(sending)
    case 'twice':
      return (await Promise.all([sendBySocket(sending), sendByRest(sending)]))[0]
    case 'resend': {
      const seq = await sendBySocket(sending)
      if (seq === undefined || count % resendEvery !== 0) return seq
      return count % 2 === 0 ? sendBySocket(sending) : sendByRest(sending)
    }
  }
}

/** The outbox tries again by itself, for as long as the client lives. */
const sendBySocket = (sending: Sending): Promise<number | undefined> =>
  attempt('socket', sending, async () => {
    const { person, draft } = sending
    return (await person.client.chats.handle(person.chat).send(draft.text, { id: draft.id })).seq
  }).then((outcome) => (outcome === 'unknown' ? undefined : outcome))

async function sendByRest(sending: Sending): Promise<number | undefined> {
  const { person, draft, ports } = sending
  while (!ports.abandon.aborted) {
    const outcome = await attempt('rest', sending, async () => {
      const answer = await person.client.call('sendMessage', {
        params: { chat_id: person.chat },
        body: draft,
      })
      return answer.message.seq
    })
    if (outcome !== 'unknown') return outcome
    await pause(retryAfter)
  }
  return undefined
}

/** Notes an attempt and its outcome: the number, `undefined` for a refusal, or `unknown`. */
async function attempt(
  way: 'socket' | 'rest',
  { person, draft, ports }: Sending,
  work: () => Promise<number>,
): Promise<number | undefined | 'unknown'> {
  const { note } = ports
  const [by, { id, text }] = [person.name, draft]
  note({ op: 'send', by, way, chat: person.chat, id, text })
  try {
    const seq = await work()
    note({ op: 'ok', by, id, seq })
    return seq
  } catch (error) {
    if (error instanceof ParleyError && !error.retryable) {
      note({ op: 'fail', by, id, code: error.code })
      return undefined
    }
    if (!isPassing(error)) throw error
    note({ op: 'unknown', by, id, code: error.code })
    return 'unknown'
  }
}

const isPassing = (error: unknown): error is ParleyError | ConnectionError | ClosedError =>
  error instanceof ParleyError || error instanceof ConnectionError || error instanceof ClosedError
