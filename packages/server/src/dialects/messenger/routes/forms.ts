// What forms of pages have in common.
import type { ErrorCode } from '@parley/protocol'

/** Where a browser is led when its form was refused: to the page of the form, or to the one to log in. */
export const backTo = (page: string) => (code: ErrorCode) =>
  code === 'unauthenticated' || code === 'session_revoked' ? '/login' : page

/** Browsers send every line break of a text as two characters (HTML §4.10.21.4). */
export const formText = (text: string): string => text.replaceAll('\r\n', '\n')
