// Demo data over HTTP, where the server allows it or the caller is its operator.
import { AppError } from '../../core/errors.ts'
import type { Handlers } from '../call.ts'

export const demoHandlers = {
  async seedDemo({ seedDemo }, { body }) {
    const report = await seedDemo?.(body)
    if (report === undefined) throw new AppError('not_found')
    return { status: 200, body: report }
  },
} satisfies Partial<Handlers>
