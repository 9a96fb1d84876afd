// Which passwords may be set.
import { codePointLength, limits } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { PasswordStrength, Policy } from '../ports.ts'
import { opaqueString } from '../text/opaque-string.ts'

/** `own` for Parley's API; `contract` for those of other messengers, whose clients and documents use weak passwords. */
export type PasswordRule = 'own' | 'contract'

export interface PasswordRulePorts {
  readonly passwordStrength: PasswordStrength
  readonly policy: Pick<Policy, 'weakPasswords'>
}

export interface SetPassword {
  readonly rule: PasswordRule
  /** Of the field that has it, for the error. */
  readonly path: string
  /** What is known of the owner and makes no good password. */
  readonly about: readonly string[]
}

/**
 * Throws `weak_password` for one that is too short or among the first that a guesser would try, `invalid_request` for one with control
 * characters, which keyboards do not give.
 */
export async function requirePassword(
  { passwordStrength, policy }: PasswordRulePorts,
  given: string,
  { rule, path, about }: SetPassword,
): Promise<void> {
  const password = opaqueString(given)
  if (/\p{Cc}/u.test(password) || !password.isWellFormed()) {
    throw new AppError('invalid_request', { errors: [{ path, message: 'must have no control characters' }] })
  }
  if (rule === 'contract' && policy.weakPasswords === 'dialects') return
  const isShort = codePointLength(password) < limits.passwordMin
  if (isShort || (await passwordStrength.isGuessable(password, about))) {
    throw new AppError('weak_password', { errors: [{ path, message: 'is too easy to guess' }] })
  }
}
