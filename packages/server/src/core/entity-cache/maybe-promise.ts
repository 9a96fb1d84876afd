// What is often at hand and sometimes has to be waited for. Whoever only awaits it need not know; who must not lose a turn asks.

/** The value itself when it is known, else a promise of it. */
export type MaybePromise<T> = T | Promise<T>

/** What `make` makes of the value: in the same turn when the value is known, which is then also true of the result. */
export function whenReady<T, R>(
  value: MaybePromise<T>,
  make: (value: T) => MaybePromise<R>,
): MaybePromise<R> {
  return value instanceof Promise ? value.then(make) : make(value)
}
