// A promise that is settled from outside.

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

/** The rejection counts as handled: what it tells shows elsewhere too, and a caller who does not wait needs no `catch`. */
export const createDeferred = <T>(): Deferred<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
