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
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly data: ErrorData

  constructor(code: ErrorCode, data: ErrorData = {}, options?: ErrorOptions) {
    super(data.detail ?? errorRow(code).title, options)
    this.code = code
    this.data = data
  }
}
