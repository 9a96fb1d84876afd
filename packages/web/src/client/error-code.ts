// The word that an error is known by.
import type { ErrorCode } from '@parley/protocol'

/** `connection` and `failed` are the SDK's own: no answer came; a fault of the program ended it; more files wait than may. */
export type KnownCode = ErrorCode | 'connection' | 'failed' | 'outbox_full' | 'unknown'

/** The code of whatever a call rejected with; one that the app has no words for is treated like `unknown`. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown'
  return String(error.code)
}
