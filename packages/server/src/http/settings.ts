// What an operator may choose about HTTP, and the bounds in time and size that protect it.
import type { CookieNames } from './credentials.ts'
import type { UploadTimes } from './upload-watch.ts'

export interface HttpSettings {
  /** Whose `X-Forwarded-*` headers are believed: nobody's (false), everybody's (true), or these addresses and networks. */
  readonly trustProxy: boolean | string | readonly string[]
  /** The address that people use, `https://chat.example.org`; null when it is not known. */
  readonly publicUrl: string | null
  /** Other origins whose pages may call with credentials. */
  readonly allowedOrigins: readonly string[]
  /** Of these, only while the page is open on the server's own machine. */
  readonly ownMachineOrigins?: readonly string[]
  /** Folder of the built web app; null to serve none. */
  readonly webRoot: string | null
  /** Checks every answer against its schema and turns a mismatch into a 500: for tests. */
  readonly checkAnswers: boolean
  readonly timeouts?: Partial<HttpTimeouts>
  readonly uploadTimes?: Partial<UploadTimes>
  /** Those of the canonical API if it does not say. */
  readonly cookies?: CookieNames
}

/** All in milliseconds. */
export interface HttpTimeouts {
  /** From the first byte of a request to the end of its headers. */
  readonly headers: number
  /** From the first byte of a request to the end of its body. */
  readonly request: number
  /** Without any traffic, the connection is closed. */
  readonly idleConnection: number
  /** Between requests; longer than proxies keep theirs (60 s is usual), or they send into a closing connection. */
  readonly keepAlive: number
  /** How often the first two are looked at: they may take this much longer. */
  readonly check: number
  /** What is still unfinished this long after `close()` is cut off. */
  readonly drain: number
}

export const httpTimeouts: HttpTimeouts = {
  headers: 15_000,
  request: 30_000,
  idleConnection: 60_000,
  keepAlive: 72_000,
  check: 5_000,
  drain: 10_000,
}

/** Request line and headers together, in bytes. */
export const maxHeaderBytes = 16 * 1024
export const maxHeaders = 100

/** The body of a call that needs no token: a few short fields. Larger ones cost whoever sends them a login first. */
export const anonymousBodyBytes = 16 * 1024
