// What the SDK rejects with: one class per kind of failure, each telling whether trying again can help.
import type { ErrorCode, ErrorFrame, Problem } from '@parley/protocol'

/** The server answered with an error. `code` is the stable word to act on. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError'
  readonly code: ErrorCode
  /** HTTP status; undefined for the answer to a frame. */
  readonly status: number | undefined
  readonly detail: string
  /** The same request can succeed later. */
  readonly retryable: boolean
  /** What the server's log knows the request by. */
  readonly requestId: string | undefined
  /** The fields at fault, for `invalid_request`. */
  readonly errors: readonly { readonly path: string; readonly message: string }[]

  constructor(problem: Pick<Problem, 'code' | 'detail' | 'retryable'> & Partial<Problem>) {
    super(`${problem.code}: ${problem.detail}`)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
    this.retryable = problem.retryable
    this.requestId = problem.request_id
    this.errors = problem.errors ?? []
  }

  /** From an `error` frame of the socket. */
  static ofFrame(frame: ErrorFrame): ParleyError {
    return new ParleyError({ code: frame.code, detail: frame.detail, retryable: frame.retryable })
  }
}

/** No answer came: the network failed, the socket closed or the time ran out. Whether the request took effect is unknown. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  readonly code = 'connection'
  readonly retryable = true
}

/** The client is closed. `code` is an error code if the session ended, else `closed`, `logged_out`, or `failed` with the fault as `cause`. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError'
  readonly code: string
  readonly retryable = false

  constructor(reason: string, options?: ErrorOptions) {
    super(`The client is closed: ${reason}`, options)
    this.code = reason
  }
}

/** The outbox store failed, as `cause` says. What it should have kept is in memory only, and is sent all the same. */
export class OutboxError extends Error {
  override readonly name = 'OutboxError'
  readonly code = 'outbox'
  readonly retryable = false
}

/** The device store failed, as `cause` says. The login went on without it, and the next one may be counted as a stranger's. */
export class DeviceStoreError extends Error {
  override readonly name = 'DeviceStoreError'
  readonly code = 'device_store'
  readonly retryable = false
}

/** The replica store failed, as `cause` says. The client goes on in memory: nothing is lost, but the next start knows less. */
export class ReplicaStoreError extends Error {
  override readonly name = 'ReplicaStoreError'
  readonly code = 'replica_store'
  readonly retryable = false
}

/** More waits in the outbox than it may hold: see `outboxLimits`. Nothing was kept. */
export class OutboxFullError extends Error {
  override readonly name = 'OutboxFullError'
  readonly code = 'outbox_full'
  readonly retryable = true
}

/** The entry was given up by `discard` before the server acknowledged it. */
export class DiscardedError extends Error {
  override readonly name = 'DiscardedError'
  readonly code = 'discarded'
  readonly retryable = false
}

/** A reader of `events()` fell so far behind that its buffer was full. */
export class EventOverflowError extends Error {
  override readonly name = 'EventOverflowError'
  readonly code = 'event_overflow'
  readonly retryable = false
}

/** The server said no, or could not be heard: everything else that is thrown is a fault of a program. */
export const isExpected = (error: unknown): error is ParleyError | ConnectionError =>
  error instanceof ParleyError || error instanceof ConnectionError

/** Trying the same again can help: the network failed, or the server said so. */
export const isRetryable = (error: unknown): boolean =>
  error instanceof ConnectionError || (error instanceof ParleyError && error.retryable)
