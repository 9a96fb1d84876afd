// A promise that is settled from outside.

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

/** Like `Promise.withResolvers`, which browsers have only since 2024. */
export const createPromise = <T>(): Deferred<T> => {
  let resolve: Deferred<T>['resolve'] = () => undefined
  let reject: Deferred<T>['reject'] = () => undefined
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}

/** The rejection counts as handled: what it tells shows elsewhere too, and a caller who does not wait needs no `catch`. */
export const createDeferred = <T>(): Deferred<T> => {
  const deferred = createPromise<T>()
  deferred.promise.catch(() => undefined)
  return deferred
}
