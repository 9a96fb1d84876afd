// What a close code means for the client. The numbers are those of the protocol's error table, which a test compares:
// the table itself is not imported, because it brings the schema library into every browser that loads the app.
import type { ErrorCode } from '@parley/protocol'

const reasons: Readonly<Record<number, ErrorCode>> = {
  4400: 'bad_frame',
  4401: 'unauthenticated',
  4403: 'origin_refused',
  4409: 'session_revoked',
  4410: 'other_account',
  4413: 'frame_too_large',
  4429: 'too_fast',
  4503: 'unavailable',
}

/** No close frame came: the network failed. Also given for a socket that the client itself gave up as silent. */
export const abnormalClose = 1006

/** What came is no frame of this protocol (RFC 6455 §7.4.1). Only the client itself gives it. */
export const invalidData = 1007

/** A word for a close code: an error code where there is one. */
export const closeReason = (code: number): string =>
  code === abnormalClose ? 'network' : (reasons[code] ?? `close_${code}`)

/** The close code that an `error` frame stands for when it answers `hello`; abnormal for errors that pass. */
export const closeCodeOf = (error: ErrorCode): number => {
  const found = Object.entries(reasons).find(([, reason]) => reason === error)
  return found === undefined ? abnormalClose : Number(found[0])
}

/**
 * - `renew`: the token is not valid (any more): get a new one and come back
 * - `over`: coming back unchanged is pointless
 * - `slow`: come back, but late
 * - `moved`: the server asks to come back soon and resume: not a failure
 * - `again`: come back
 */
export type Verdict = 'renew' | 'over' | 'slow' | 'moved' | 'again'

export const verdictOf = (code: number): Verdict => {
  if (code === 4401) return 'renew'
  if (code === 4429) return 'slow'
  if (code === 4503) return 'moved'
  return code >= 4400 && code <= 4499 ? 'over' : 'again'
}
