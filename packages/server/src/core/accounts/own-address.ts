// Which emails somebody may have.
import { AppError } from '../errors.ts'
import { hiddenDomain, isHiddenAddress } from '../people/emails.ts'

/** Throws `invalid_request` for the addresses that stand in for those of others: whoever had one would pass for somebody else. */
export function requireOwnAddress(email: string): void {
  if (!isHiddenAddress(email)) return
  throw new AppError('invalid_request', {
    errors: [{ path: '/email', message: `No address of ${hiddenDomain}` }],
  })
}
