// The one place where a password is compared: what a wrong guess costs, and behind whom it waits.
import type { Id } from '@parley/protocol'
import { networkOf } from '../address.ts'
import type { PasswordHasher } from '../ports.ts'
import { type RateLimiter, requireRate } from '../rate-limits.ts'
import type { AccountRecord } from './store.ts'

export interface PasswordPorts {
  readonly passwords: PasswordHasher
  readonly rateLimiter: RateLimiter
}

/** Whose password it would be. Logins that nobody has are told apart as the look-up tells them apart. */
export type GuessTarget =
  | { readonly kind: 'account'; readonly account: AccountRecord }
  | { readonly kind: 'nobody'; readonly loginKey: string }

/** Who guesses. A device, and a session, somebody once entered the password on. */
export type Guesser =
  | { readonly kind: 'stranger'; readonly address: string }
  | { readonly kind: 'device'; readonly device: string }
  | { readonly kind: 'session'; readonly sessionId: Id }

/**
 * Whether the password fits; nobody's does, after the same work. Wrong guesses use up the account's bucket, whatever it is called by
 * and whichever door they come through. Strangers are refused when it is empty; devices and sessions have one of their own, so that a
 * stranger cannot lock them out. A token is taken before the comparison, so that guesses side by side are not more than one after
 * another, and given back when the password was right or was not compared. Throws `rate_limited`, and `unavailable` when too many wait.
 */
export async function checkPassword(
  { passwords, rateLimiter }: PasswordPorts,
  target: GuessTarget,
  password: string,
  guesser: Guesser,
): Promise<boolean> {
  const taken = takeGuess(rateLimiter, target, guesser)
  const giveBack = (): void => {
    for (const key of taken) rateLimiter.giveBack('password', key)
  }
  try {
    const hash = target.kind === 'account' ? target.account.passwordHash : null
    const matches = await passwords.verify(hash, password, queueKeyOf(guesser))
    if (matches) giveBack()
    return matches
  } catch (error) {
    giveBack()
    throw error
  }
}

/** Takes a guess from each bucket that counts it, and gives their keys. */
function takeGuess(limiter: RateLimiter, target: GuessTarget, guesser: Guesser): string[] {
  const common = target.kind === 'account' ? `account ${target.account.me.id}` : `nobody ${target.loginKey}`
  if (guesser.kind === 'stranger') {
    requireRate(limiter, 'password', common)
    return [common]
  }
  const own = `${guesser.kind} ${guesser.kind === 'device' ? guesser.device : guesser.sessionId}`
  requireRate(limiter, 'password', own)
  return limiter.take('password', common).allowed ? [own, common] : [own]
}

function queueKeyOf(guesser: Guesser): string {
  switch (guesser.kind) {
    case 'stranger':
      return hashingKey(guesser.address)
    case 'device':
      return `device ${guesser.device}`
    case 'session':
      return `session ${guesser.sessionId}`
  }
}

/** Behind whom the hashing for somebody at that address waits. */
export const hashingKey = (address: string): string => `address ${networkOf(address)}`
