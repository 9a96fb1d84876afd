// What HTTP's status codes are called (RFC 9110 §15), as Node knows it.
//
// An ES import of node:http touches all that it exports, which makes Node load its fetch and WebSocket: 70 ms and 3 MB for what
// this server never uses.

/** By the number; empty for one that has no name. */
export const reasonPhrase = (status: number): string =>
  process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''
