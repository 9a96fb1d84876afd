// The one thing this folder asks of the server's logger.

/** Tells the operator what happens to the database. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, data?: object) => void
