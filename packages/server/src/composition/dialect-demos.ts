// The test data that some dialects come with, by the dialect's name.
import { AppError } from '../core/errors.ts'
import type { Ports } from '../core/ports.ts'
import { dialects } from '../dialects/all.ts'
import { applyDemo, type DemoReport } from '../dialects/kit/demo.ts'

export const demoNames = dialects.filter(({ demo }) => demo !== undefined).map(({ name }) => name)

/** Also where the dialect itself is switched off. Throws `invalid_request` for a name without test data, and as `applyDemo` does. */
export async function seedLike(ports: Ports, name: string): Promise<DemoReport> {
  const data = dialects.find((dialect) => dialect.name === name)?.demo
  if (data === undefined) {
    const message = `must be one of ${demoNames.join(', ')}`
    throw new AppError('invalid_request', { errors: [{ path: '/like', message }] })
  }
  return applyDemo(ports, data)
}
