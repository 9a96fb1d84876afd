// Password hashing by argon2id with the parameters that OWASP's password storage cheat sheet gives first: 19 MiB, 2 passes, 1 lane.
import { randomBytes } from 'node:crypto'
import { hash, hashSync, verify } from '@node-rs/argon2'
import type { PasswordHasher } from '../core/ports.ts'
import { createSemaphore } from '../core/semaphore.ts'
import { opaqueString } from '../core/text/opaque-string.ts'

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

export interface PasswordHasherOptions {
  /** Hashes computed at once; each takes 19 MiB and a core. */
  readonly concurrency?: number
  /** Those that may wait for their turn; beyond them calls are refused with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
}

/** Hashes of opaqueString in the argon2 text form, with a salt of their own. A call beyond the bounds throws `unavailable`. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const semaphore = createSemaphore(options.concurrency ?? 2, options.maxWaiting ?? 200)
  // What an unknown account is compared with: no password fits it, and checking it takes as long as checking a real one.
  const dummy = hashSync(randomBytes(32), parameters)
  return {
    hash: (password) => semaphore.run(() => hash(opaqueString(password), parameters)),
    verify: (stored, password) =>
      semaphore.run(async () => {
        const prepared = opaqueString(password)
        // A hash that was made before there was that form is of the password as it was typed.
        const typed = prepared === password ? [prepared] : [prepared, password]
        for (const form of typed) {
          const matches = await verify(stored ?? dummy, form)
          if (matches && stored !== null) return true
        }
        return false
      }),
  }
}
