// A server under attack, and what must hold whatever was thrown at it: refusals are coded problems, and the others are still served.
import { randomUUID } from 'node:crypto'
import { type ErrorCode, errorTable, Problem } from '@parley/protocol'
import { Compile } from 'typebox/compile'
import { expect } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { type Answer, type HttpDoor, problemIn } from '../access/http-door.ts'
import { type Heard, Listener } from '../access/listener.ts'
import type { Person } from '../access/people.ts'
import { type Scene, Stage } from '../access/stage.ts'

const problemCheck = Compile(Problem)

interface Settings {
  readonly rateLimits?: 'on'
  readonly dialects?: TestServer['settings']['dialects']
}

export class Service {
  readonly server: TestServer
  readonly stage: Stage
  /** A private group of the people below. */
  readonly scene: Scene
  /** The owner of the group. */
  readonly self: Person
  readonly #witness: Listener
  readonly #witnessChatId: string

  private constructor(stage: Stage, scene: Scene, witness: Listener, witnessChatId: string) {
    this.stage = stage
    this.server = stage.server
    this.scene = scene
    this.self = scene.cast.owner
    this.#witness = witness
    this.#witnessChatId = witnessChatId
  }

  static async start(settings: Settings = {}): Promise<Service> {
    const stage = new Stage(await startTestServer(settings))
    const scene = await stage.scene('private', await stage.cast())
    const witness = await stage.people.arrive('witness')
    const { chat } = await stage.door.ask('createChat', witness.token, {
      body: { kind: 'direct', user_id: witness.id },
    })
    const listener = await Listener.enter(stage.server.url, witness.token)
    return new Service(stage, scene, listener, chat.id)
  }

  get door(): HttpDoor {
    return this.stage.door
  }

  get url(): string {
    return this.server.url
  }

  /** The same process answers, and a socket that was open all the time still sends and hears. */
  async mustStillServe(): Promise<void> {
    const health = await this.door.send({ method: 'GET', path: '/healthz' })
    expect(health.status).toBe(200)
    const id = randomUUID()
    const ack = await this.#witness.ask({
      type: 'send_message',
      chat_id: this.#witnessChatId,
      id,
      text: 'still here',
    })
    expect(ack).toMatchObject({ type: 'ack', message: { id, text: 'still here' } })
    await this.#witness.until(
      'the event',
      (frame) => frame.type === 'message_created' && frame.message.id === id,
    )
  }

  async stop(): Promise<void> {
    this.#witness.leave()
    this.door.close()
    await this.server.stop()
  }
}

/** The code of a refusal, after a look at everything that a refusal must be. */
export function refusalOf(answer: Answer): ErrorCode {
  const problem = problemIn(answer)
  if (!problemCheck.Check(problem)) throw new Error(`not a problem of the protocol: ${answer.text}`)
  const row = errorTable[problem.code]
  expect(answer.status).toBe(problem.status)
  // HTTP has a more exact status than the table for headers that are too large.
  if (answer.status !== 431) expect(answer.status).toBe(row.status)
  expect(problem.retryable).toBe(row.retryable)
  expect(answer.status).toBeLessThan(500)
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  return problem.code
}

/** What a refused frame was answered with. */
export function frameRefusalOf(answer: Heard): ErrorCode {
  if (answer.type !== 'error') throw new Error(`not refused: ${JSON.stringify(answer)}`)
  const row = errorTable[answer.code]
  expect(answer.retryable).toBe(row.retryable)
  expect(row.status).toBeLessThan(500)
  return answer.code
}

/** Runs the work on every item, some at once, and gives the complaints. */
export async function complaints<T>(
  items: readonly T[],
  work: (item: T) => Promise<string | null>,
): Promise<string[]> {
  const found: string[] = []
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      const complaint = await work(item)
      if (complaint !== null) found.push(complaint)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return found
}
