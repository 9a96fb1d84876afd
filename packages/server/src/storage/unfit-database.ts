// A database that this version of Parley cannot work on, in words for the operator.

/** One line: what is wrong, and what to do about it. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError'
}
