// What can go wrong with the embedded PostgreSQL, as codes that the command line prints in one line.

/** Why the embedded PostgreSQL cannot be used. */
export type EmbeddedPostgresFault =
  | 'data_folder_in_use'
  | 'data_folder_unusable'
  | 'binaries_unusable'
  | 'initialisation_failed'
  | 'version_mismatch'
  | 'start_failed'

/** The message is complete and meant for the person at the terminal; no stack is needed beside it. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresFault

  constructor(code: EmbeddedPostgresFault, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'EmbeddedPostgresError'
    this.code = code
  }
}

/** The errno word (`EACCES`) of a file system or process error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return undefined
}
