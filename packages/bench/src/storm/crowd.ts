// Clients that hold a socket each, lose it, come back with the versions they knew, and say what the server gave them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadyFrame } from '@parley/protocol'
import { createMicrosClock } from '../load/clock.ts'
import { openParleySocket } from '../load/parley-socket.ts'
import type { LoadSocket } from '../load/socket.ts'

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

interface Client {
  readonly token: string
  socket: LoadSocket | null
  /** Of its chats when it first came, with their last numbers. */
  known: ReadonlyMap<string, { readonly version: number; readonly lastSeq: number }>
  /** The `ready` of the last time, not looked at before all are back. */
  answer: string
}

const connectAtOnce = 32
const retryMaxMs = 1000
/** An upgrade or a frame that says that the server failed: what nobody may see in a storm. */
const isFailure = (reason: string): boolean =>
  /HTTP\/1\.1 5\d\d|"code":"(internal|unavailable)"|1011/.test(reason)

/** All clients of one process. */
export class Crowd {
  private readonly plan: CrowdPlan
  private readonly clock = createMicrosClock()
  private readonly readBuffer = Buffer.alloc(256 * 1024)
  private readonly clients: readonly Client[]
  private storm = newStorm()

  constructor(plan: CrowdPlan) {
    this.plan = plan
    this.clients = plan.tokens.map((token) => ({ token, socket: null, known: new Map(), answer: '' }))
  }

  /** Resolves when all are live, a few at a time. What they are told then is what they know from now on. */
  async connect(): Promise<void> {
    const waiting = [...this.clients]
    const connectSome = async (): Promise<void> => {
      for (let client = waiting.pop(); client !== undefined; client = waiting.pop()) {
        await this.join(client)
        const { chats } = JSON.parse(client.answer) as ReadyFrame
        client.known = new Map(chats.map(({ id, version, last_seq: lastSeq }) => [id, { version, lastSeq }]))
      }
    }
    await Promise.all(Array.from({ length: connectAtOnce }, connectSome))
  }

  /** All sockets end at this moment, and all come back at once. */
  cut(): Promise<Return> {
    this.storm.firstLostAt = this.clock()
    for (const { socket } of this.clients) socket?.close()
    for (const client of this.clients) void this.comeBack(client)
    return this.returned()
  }

  /** Resolves when all have lost their sockets since they were last live, and are live again. */
  async returned(): Promise<Return> {
    await this.storm.over.promise
    const { firstLostAt, readyAt, refused, failures } = this.storm
    this.storm = newStorm()
    const found = this.clients.map(compare)
    return {
      firstLostAt,
      readyAt: readyAt.toSorted((a, b) => a - b),
      refused,
      failures,
      incomplete: found.filter(({ isComplete }) => !isComplete).length,
      missed: found.reduce((total, { missed }) => total + missed, 0),
    }
  }

  private async join(client: Client): Promise<void> {
    client.socket = await openParleySocket({
      ...this.plan,
      token: client.token,
      versions: Object.fromEntries([...client.known].map(([id, { version }]) => [id, version])),
      readBuffer: this.readBuffer,
      onReady(text) {
        client.answer = text
      },
      onFrame() {},
      onEnd: (reason) => this.lost(client, reason),
    })
  }

  private lost(client: Client, reason: string): void {
    client.socket = null
    this.storm.firstLostAt = Math.min(this.storm.firstLostAt, this.clock())
    if (isFailure(reason)) this.storm.failures.push(reason)
    void this.comeBack(client)
  }

  /** Does not reject. */
  private async comeBack(client: Client): Promise<void> {
    const { storm } = this
    while (true) {
      try {
        await this.join(client)
        storm.readyAt.push(this.clock())
        if (storm.readyAt.length === this.clients.length) storm.over.resolve()
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        if (isFailure(reason)) storm.failures.push(reason)
        else storm.refused += 1
        await sleep(Math.random() * retryMaxMs)
      }
    }
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
