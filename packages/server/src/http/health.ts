// Whether the process is up, and whether it should get requests.
import type { FastifyInstance, FastifyReply } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { Storage } from '../core/ports.ts'

export interface HealthDeps {
  readonly storage: Pick<Storage, 'ping'>
  /** True from the moment that the server means to stop, so that balancers look elsewhere before it does. */
  isDraining(): boolean
}

const pingTimeoutMs = 1_000

/** `/healthz` says that the process answers; `/readyz` also that its database does, and that it is not stopping. */
export function registerHealth(server: FastifyInstance, deps: HealthDeps): void {
  server.get('/healthz', async (_, reply) => sendStatus(reply, 'ok'))

  server.get('/readyz', async (_, reply) => {
    if (deps.isDraining()) throw new AppError('draining')
    await pingInTime(deps.storage)
    return sendStatus(reply, 'ready')
  })
}

function sendStatus(reply: FastifyReply, status: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify({ status }))
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
