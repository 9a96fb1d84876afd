// Demo data over HTTP, where the server was given the means to make it.
import { AppError } from '../../core/errors.ts'
import type { Handlers } from '../call.ts'

export const demoHandlers = {
  async seedDemo({ seedDemo }, { body }) {
    if (seedDemo === undefined) throw new AppError('not_found')
    return { status: 200, body: await seedDemo(body.seed) }
  },
} satisfies Partial<Handlers>
