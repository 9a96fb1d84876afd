// What this device keeps of an account beside the outbox. Every key of it in the storage holds the account's id.

const keysOf = (storage: Storage, userId: string): string[] =>
  Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '').filter((key) =>
    key.includes(userId),
  )

/** Whether texts were begun and not sent, or handed over and not known to be safe. */
export function hasDrafts(storage: Storage, userId: string): boolean {
  const drafts = keysOf(storage, userId).filter((key) => /^parley\.(draft|handed)\./.test(key))
  return drafts.some((key) => !/^(\{\}|\[\]|)$/.test(storage.getItem(key) ?? ''))
}

/** Removes all of it. */
export function eraseAccount(storage: Storage, userId: string): void {
  for (const key of keysOf(storage, userId)) storage.removeItem(key)
}
