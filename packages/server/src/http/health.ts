// Whether the process is up, and whether it should get requests.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { Storage } from '../core/ports.ts'

export interface HealthDeps {
  readonly storage: Pick<Storage, 'ping'>
  /** Bytes that are free on the fullest disk that the server and its database write to. */
  readonly leastFree: () => Promise<number>
  /** True from the moment that the server means to stop, so that balancers look elsewhere before it does. */
  isDraining(): boolean
}

const pingTimeoutMs = 1_000

/** Bytes. With less PostgreSQL may stop at any moment: it makes room for what it writes by 16 MB at a time. */
const diskFloor = 64 * 1024 * 1024

/**
 * `/healthz` says that the process answers; `/readyz` also that its database does, that there is room on its disks, and that it is
 * not stopping.
 */
export function registerHealth(server: FastifyInstance, deps: HealthDeps): void {
  server.get('/healthz', async (_, reply) => sendStatus(reply, 'ok'))

  server.get('/readyz', async (_, reply) => {
    if (deps.isDraining()) throw new AppError('draining')
    await requireDisk(deps)
    await pingInTime(deps.storage)
    return sendStatus(reply, 'ready')
  })
}

function sendStatus(reply: FastifyReply, status: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ status }))
}

async function requireDisk({ leastFree }: Pick<HealthDeps, 'leastFree'>): Promise<void> {
  const free = await leastFree().catch((cause: unknown) => {
    throw new AppError('unavailable', { detail: 'The disk does not answer', retryAfter: 60 }, { cause })
  })
  if (free < diskFloor) throw new AppError('unavailable', { detail: 'The disk is full', retryAfter: 60 })
}

async function pingInTime(storage: Pick<Storage, 'ping'>): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('the database did not answer in time')), pingTimeoutMs)
  try {
    await Promise.race([storage.ping(), late.promise])
  } catch (cause) {
    throw new AppError('unavailable', { detail: 'The database does not answer', retryAfter: 5 }, { cause })
  } finally {
    clearTimeout(timer)
  }
}
