// Whether the service is up, for whatever watches over it.
import Type from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { Ports } from '../../../core/ports.ts'
import { type DialectRoute, object, route } from '../../kit/route.ts'

const StatusShape = object({ status: Type.String() })

/** At the root, and below the prefix of the other calls. */
export const healthRoutes: readonly DialectRoute[] = ['', '/api/v1'].flatMap((root) => [
  route({
    method: 'GET',
    path: `${root}/health/liveness`,
    auth: 'none',
    summary: 'Проверка доступности приложения',
    answers: { 200: StatusShape },
    async handle() {
      return { status: 200, body: { status: 'alive' } }
    },
  }),
  route({
    method: 'GET',
    path: `${root}/health/readiness`,
    auth: 'none',
    summary: 'Проверка доступности базы данных',
    answers: { 200: StatusShape },
    async handle({ ports }) {
      await requireDatabase(ports)
      return { status: 200, body: { status: 'ready' } }
    },
  }),
])

async function requireDatabase({ storage }: Pick<Ports, 'storage'>): Promise<void> {
  try {
    await storage.ping()
  } catch (cause) {
    throw new AppError('unavailable', { detail: 'The database does not answer' }, { cause })
  }
}
