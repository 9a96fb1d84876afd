// What a browser offers beyond Node, as narrow as the SDK uses it: the only file that reaches for such globals.
// Everything is optional: in Node most of it is missing.

interface LockOptions {
  readonly ifAvailable?: boolean
  readonly steal?: boolean
  readonly signal?: AbortSignal
}

interface Locks {
  request<T>(name: string, options: LockOptions, work: (lock: unknown) => Promise<T>): Promise<T>
}

export interface Channel {
  onmessage: ((event: never) => unknown) | null
  postMessage(message: unknown): void
  close(): void
}

export interface Host {
  readonly navigator?: { readonly locks?: Locks }
  readonly IDBKeyRange?: { bound(lower: unknown, upper: unknown): unknown }
  readonly BroadcastChannel?: new (name: string) => Channel
  readonly document?: {
    readonly visibilityState: string
    addEventListener(type: 'visibilitychange', listener: () => void): void
    removeEventListener(type: 'visibilitychange', listener: () => void): void
  }
  readonly addEventListener?: (type: string, listener: () => void) => void
  readonly removeEventListener?: (type: string, listener: () => void) => void
}

/** The globals of wherever this runs. */
export const host = (): Host => globalThis as unknown as Host

/** The locks that the tabs of a page share. Undefined where there are none, or where they are kept from this page. */
export const hostLocks = (): Locks | undefined => {
  try {
    return host().navigator?.locks
  } catch {
    return undefined
  }
}

/**
 * Calls back when the browser says that the network is there again, or that somebody looks at the page again, whose timers may have
 * slept until now. Never, in Node. Returns the end of it.
 */
export const onAwake = (listener: () => void): (() => void) => {
  const { addEventListener, removeEventListener, document } = host()
  if (addEventListener === undefined || removeEventListener === undefined) return () => undefined
  const onVisible = () => {
    if (document?.visibilityState === 'visible') listener()
  }
  addEventListener.call(globalThis, 'online', listener)
  document?.addEventListener('visibilitychange', onVisible)
  return () => {
    removeEventListener.call(globalThis, 'online', listener)
    document?.removeEventListener('visibilitychange', onVisible)
  }
}

/** Calls back when nobody looks at the page any more, which may be the last that it hears. Never, in Node. Returns the end of it. */
export const onHidden = (listener: () => void): (() => void) => {
  const { document } = host()
  if (document === undefined) return () => undefined
  const onChange = () => {
    if (document.visibilityState === 'hidden') listener()
  }
  document.addEventListener('visibilitychange', onChange)
  return () => document.removeEventListener('visibilitychange', onChange)
}
