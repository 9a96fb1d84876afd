// From whatever a call rejected with to the word under which its text is kept.
import type { ErrorCode } from '@parley/protocol'
import { en } from '../i18n/en.ts'

export type ErrorTextKey = ErrorCode | 'connection' | 'unknown'

const isErrorKey = (code: string): code is ErrorTextKey => Object.hasOwn(en.error, code)

/** The error's code if there is a text for it, else `unknown`. */
export function errorCode(error: unknown): ErrorTextKey {
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'unknown'
  const code = String(error.code)
  return isErrorKey(code) ? code : 'unknown'
}
