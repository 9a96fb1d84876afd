// Errors that no call waits for: told to the application, or thrown where nothing catches them.

/** Takes such an error. Never throws. */
export type Report = (error: unknown) => void

/** Thrown outside of everything, as an EventTarget does with what its listeners throw: a browser reports it, Node ends. */
const throwOutside: Report = (error) =>
  queueMicrotask(() => {
    throw error
  })

/** `onError` is the application's; what it throws itself is thrown outside. */
export const createReport = (onError: ((error: unknown) => void) | undefined): Report => {
  if (onError === undefined) return throwOutside
  return (error) => notify(throwOutside, () => onError(error))
}

/** Calls a callback of the application, which cannot disturb what the client is doing. */
export const notify = (report: Report, callback: () => void): void => {
  try {
    callback()
  } catch (error) {
    report(error)
  }
}
