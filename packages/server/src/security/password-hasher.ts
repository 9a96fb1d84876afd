// Password hashing by argon2id with the parameters that OWASP's password storage cheat sheet gives first: 19 MiB, 2 passes, 1 lane. Hashes
// that accounts brought from other programs are compared too.
import { randomBytes } from 'node:crypto'
import { hash, hashSync, verify } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'
import { createFairQueue } from '../core/fair-queue.ts'
import type { PasswordHasher } from '../core/ports.ts'
import { opaqueString } from '../core/text/opaque-string.ts'

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

/** Its parameters are not looked at: whoever brings such hashes chose them. */
const argon2id = /^\$argon2id\$v=19\$m=\d{1,5},t=\d,p=\d\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{22,86}$/
/** At most 2^15 rounds, some seconds of a core. */
const bcrypt = /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/
const own = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$`

export interface PasswordHasherOptions {
  /** Hashes computed at once; each takes 19 MiB and a core. */
  readonly concurrency?: number
  /** Those that may wait for their turn; beyond them calls are refused with `unavailable`, so that memory stays bounded. */
  readonly maxWaiting?: number
  /** Those of one key among them. More than one: a household or an office is at one address. */
  readonly maxWaitingPerKey?: number
}

/** Hashes of opaqueString in the argon2 text form, with a salt of their own. A call beyond the bounds throws `unavailable`. */
export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const queue = createFairQueue({
    width: options.concurrency ?? 2,
    waiting: options.maxWaiting ?? 200,
    waitingPerKey: options.maxWaitingPerKey ?? 40,
  })
  // What an unknown account is compared with: no password fits it, and checking it takes as long as checking a real one.
  const dummy = hashSync(randomBytes(32), parameters)
  return {
    hash: (password, key) => queue.run(key, () => hash(opaqueString(password), parameters)),
    verify: (stored, password, key) =>
      queue.run(key, async () => {
        const prepared = opaqueString(password)
        // A hash that was made before there was that form is of the password as it was typed.
        const typed = prepared === password ? [prepared] : [prepared, password]
        for (const form of typed) {
          const matches = await compare(stored ?? dummy, form)
          if (matches && stored !== null) return true
        }
        return false
      }),
    knows: (stored) => argon2id.test(stored) || bcrypt.test(stored),
    isForeign: (stored) => !stored.startsWith(own),
  }
}

const compare = (stored: string, password: string): Promise<boolean> =>
  bcrypt.test(stored) ? verifyBcrypt(password, stored) : verify(stored, password)
