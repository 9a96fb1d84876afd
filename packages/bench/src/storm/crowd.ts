// Clients that hold a socket each, lose it, come back with the versions they knew, and say what the server gave them.
import { setTimeout as sleep } from 'node:timers/promises'
import { type ClientFrame, type ReadyFrame, socketPath } from '@parley/protocol'
import { createMicrosClock } from '../load/clock.ts'
import { type LoadSocket, openLoadSocket } from '../load/socket.ts'

export interface CrowdPlan {
  readonly host: string
  readonly port: number
  readonly tokens: readonly string[]
}

/** How all clients came back from one loss. Times in microseconds of the machine's monotonic clock. */
export interface Return {
  readonly firstLostAt: number
  /** One for each client, rising. */
  readonly readyAt: readonly number[]
  /** Attempts that met no server. */
  readonly refused: number
  /** Answers of 5xx to an upgrade, and frames and closes that say the same. */
  readonly failures: readonly string[]
  /** Clients whose new state lacks a message that they missed. */
  readonly incomplete: number
  /** Messages that the answers brought. */
  readonly missed: number
}

export interface Crowd {
  /** Resolves when all are live, a few at a time. What they are told then is what they know from now on. */
  connect(): Promise<void>
  /** All sockets end at this moment, and all come back at once. */
  cut(): Promise<Return>
  /** Resolves when all have lost their sockets since they were last live, and are live again. */
  returned(): Promise<Return>
}

interface Client {
  readonly token: string
  socket: LoadSocket | null
  /** Of its chats when it first came, with their last numbers. */
  known: ReadonlyMap<string, { readonly version: number; readonly lastSeq: number }>
  /** Of the last return, not looked at before all are back. */
  answer: string
}

const connectAtOnce = 32
const retryMaxMs = 1000
/** An upgrade or a frame that says that the server failed: what nobody may see in a storm. */
const isFailure = (reason: string): boolean =>
  /HTTP\/1\.1 5\d\d|"code":"(internal|unavailable)"|1011/.test(reason)

const mask = Buffer.from([0x9d, 0x31, 0xe4, 0x5a])

export function createCrowd(plan: CrowdPlan): Crowd {
  const clock = createMicrosClock()
  const readBuffer = Buffer.alloc(256 * 1024)
  const clients: Client[] = plan.tokens.map((token) => ({
    token,
    socket: null,
    known: new Map(),
    answer: '',
  }))
  let storm = newStorm()

  /** Resolves with the text of `ready`; rejects when the server refuses, or the socket ends before. */
  const join = async (client: Client): Promise<string> => {
    const ready = Promise.withResolvers<string>()
    let isLive = false
    const socket = await openLoadSocket({
      host: plan.host,
      port: plan.port,
      path: socketPath,
      subprotocol: null,
      readBuffer,
      mask,
      onChunk() {},
      onFrame(_, bytes, start, end) {
        if (isLive) return
        const text = bytes.toString('utf8', start, end)
        if (!text.startsWith('{"type":"ready"')) throw new Error(text)
        isLive = true
        ready.resolve(text)
      },
      onEnd: (reason) => (isLive ? lost(client, reason) : ready.reject(new Error(reason))),
    })
    const chats = Object.fromEntries([...client.known].map(([id, { version }]) => [id, version]))
    const hello: ClientFrame = { type: 'hello', ref: 0, token: client.token, chats }
    socket.sendText(JSON.stringify(hello))
    const text = await ready.promise
    client.socket = socket
    return text
  }

  const lost = (client: Client, reason: string): void => {
    client.socket = null
    storm.firstLostAt = Math.min(storm.firstLostAt, clock())
    if (isFailure(reason)) storm.failures.push(reason)
    void comeBack(client)
  }

  const comeBack = async (client: Client): Promise<void> => {
    const mine = storm
    while (true) {
      try {
        client.answer = await join(client)
        mine.readyAt.push(clock())
        if (mine.readyAt.length === clients.length) mine.over.resolve()
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (isFailure(reason)) mine.failures.push(reason)
        else mine.refused += 1
        await sleep(Math.random() * retryMaxMs)
      }
    }
  }

  const returned = async (): Promise<Return> => {
    await storm.over.promise
    const { firstLostAt, readyAt, refused, failures } = storm
    storm = newStorm()
    const found = clients.map(compare)
    return {
      firstLostAt,
      readyAt: readyAt.toSorted((a, b) => a - b),
      refused,
      failures,
      incomplete: found.filter(({ isComplete }) => !isComplete).length,
      missed: found.reduce((total, { missed }) => total + missed, 0),
    }
  }

  return {
    async connect() {
      const waiting = [...clients]
      const connectSome = async (): Promise<void> => {
        for (let client = waiting.pop(); client !== undefined; client = waiting.pop()) {
          const ready = JSON.parse(await join(client)) as ReadyFrame
          const places = ready.chats.map(
            ({ id, version, last_seq }) => [id, { version, lastSeq: last_seq }] as const,
          )
          client.known = new Map(places)
        }
      }
      await Promise.all(Array.from({ length: connectAtOnce }, connectSome))
    },
    cut() {
      storm.firstLostAt = clock()
      for (const { socket } of clients) socket?.close()
      for (const client of clients) void comeBack(client)
      return returned()
    },
    returned,
  }
}

interface Storm {
  readonly over: PromiseWithResolvers<void>
  readonly readyAt: number[]
  readonly failures: string[]
  firstLostAt: number
  refused: number
}

const newStorm = (): Storm => ({
  over: Promise.withResolvers(),
  readyAt: [],
  failures: [],
  firstLostAt: Infinity,
  refused: 0,
})

/** Holds the answer to what the client knew: every message after its last number must be in it. */
function compare({ known, answer }: Client): { readonly isComplete: boolean; readonly missed: number } {
  const { chats, messages, gaps } = JSON.parse(answer) as ReadyFrame
  const lastSeqs = new Map(chats.map((chat) => [chat.id, chat.last_seq]))
  let isComplete = gaps.length === 0
  for (const [id, { lastSeq }] of known) {
    const due = (lastSeqs.get(id) ?? -1) - lastSeq
    if (due !== messages.filter((message) => message.chat_id === id).length) isComplete = false
  }
  return { isComplete, missed: messages.length }
}
