// The one error of the core. Doors map its code to their own shape; the core knows no status codes.
import { type ErrorCode, errorRow } from '@parley/protocol'

/** Facts about an error that a door may show: never secrets, never message texts. */
export interface ErrorData {
  readonly detail?: string
  /** Seconds after which trying again can succeed. */
  readonly retryAfter?: number
  readonly limit?: number
  /** Of the content of which there is no such range, in bytes. */
  readonly size?: number
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

export class AppError extends Error {
  override readonly name: string = 'AppError'
  readonly code: ErrorCode
  readonly data: ErrorData

  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    super(data.detail ?? errorRow(code).title, options)
    this.code = code
    this.data = data
  }
}

/**
 * `unavailable` after which nobody knows whether the work was done: the database had been told to do it, and its answer is lost.
 * Whoever would have published something says so to the reconciler.
 */
export class InDoubtError extends AppError {
  override readonly name = 'InDoubtError'

  constructor(options?: ErrorOptions) {
    super('unavailable', { retryAfter: 1 }, options)
  }
}
