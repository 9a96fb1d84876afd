// What every OutboxStore must do; run on each of them.
import { expect, it } from 'vitest'
import type { AccountKey, OutboxEntry, OutboxStore, OutgoingMessage } from '../types.ts'
import { idOf } from './model-chat.ts'

const entryOf = (number: number, text = `text ${number}`): OutgoingMessage => ({
  ...{ kind: 'message', id: idOf(number), chatId: idOf(1), senderId: idOf(10), text, replyToId: null },
  ...{ createdAt: number, failed: null },
})
/** Of the entries here. */
const account: AccountKey = { origin: 'https://one.example', userId: idOf(10) }
const byId = (entries: readonly OutboxEntry[]) => [...entries].sort((a, b) => (a.id < b.id ? -1 : 1))

/** `open` opens the same store again when called again, if it outlives its user. */
export const describeOutboxStore = (open: () => OutboxStore, outlives: boolean): void => {
  it('keeps entries until they are deleted', async () => {
    const store = open()
    expect(await store.all(account)).toEqual([])
    await store.put(entryOf(1))
    await store.put(entryOf(2))
    await store.delete(idOf(1))
    expect(await store.all(account)).toEqual([entryOf(2)])
  })

  it('replaces an entry with the same id', async () => {
    const store = open()
    await store.put(entryOf(1))
    await store.put(entryOf(1, 'другой текст 🙂'))
    expect(await store.all(account)).toEqual([entryOf(1, 'другой текст 🙂')])
  })

  it('takes changes in the order in which they are made, also when nobody waits', async () => {
    const store = open()
    const changes: Promise<void>[] = []
    for (let number = 1; number <= 50; number += 1) {
      changes.push(store.put(entryOf(number)))
      if (number % 2 === 0) changes.push(store.delete(idOf(number)))
    }
    await Promise.all(changes)
    const expected = Array.from({ length: 25 }, (_, at) => entryOf(2 * at + 1))
    expect(byId(await store.all(account))).toEqual(expected)
    if (outlives) expect(byId(await open().all(account))).toEqual(expected)
  })

  it('does not mind deleting what is not there', async () => {
    const store = open()
    await store.delete(idOf(9))
    expect(await store.all(account)).toEqual([])
  })
}
