// The replica's home in a browser: it outlives reloads and is shared by the tabs, one of which writes. Nothing is opened before
// the first use.
import { host } from '../host.ts'
import { lazyDatabase, type Transaction } from '../indexed-db/database.ts'
import { takeTurn } from '../indexed-db/turns.ts'
import { newId } from '../new-id.ts'
import type { AccountKey, KeptChat, KeptReplica, ReplicaStore } from '../types.ts'

/** Of the records below. Those of another format are erased: what they said is fetched again. */
const format = 1
const tables = { accounts: 'key', users: 'key', chats: 'key' }
const names = Object.keys(tables)

/** The keys of accounts begin those of what is theirs. */
const keyOf = ({ origin, userId }: AccountKey, ...id: string[]): string[] => [origin, userId, ...id]

/** `name` names the database; tabs that use the same name share the replica. */
export const indexedDbReplica = (name = 'parley-replica'): ReplicaStore => {
  const database = lazyDatabase(name, tables)

  /** What `work` asks for is one transaction. */
  const within = async <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    const transaction = (await database()).transaction(names, 'readwrite')
    const [result] = await Promise.all([work(transaction), transaction.done])
    return result
  }

  return {
    open: (account) =>
      within(async (transaction) => {
        const accounts = transaction.objectStore('accounts')
        const found = await accounts.get(keyOf(account))
        if (isCopy(found)) {
          const of = rangeOf(account)
          const users = await transaction.objectStore('users').getAll(of)
          const chats = await transaction.objectStore('chats').getAll(of)
          return {
            copy: found.copy,
            me: found.me,
            users: users.map((record) => contentOf<KeptReplica['users'][number]>(record)),
            chats: chats.map((record) => contentOf<KeptChat>(record)),
          }
        }
        const copy = newId()
        await forget(transaction, account)
        await accounts.put({ key: keyOf(account), format, copy, me: null })
        return { copy, me: null, users: [], chats: [] }
      }),
    write: (account, copy, { me, users, chats, forgotten }) =>
      within(async (transaction) => {
        const [accounts, people, kept] = [
          transaction.objectStore('accounts'),
          transaction.objectStore('users'),
          transaction.objectStore('chats'),
        ]
        const found = await accounts.get(keyOf(account))
        if (!isCopy(found) || found.copy !== copy) return false
        if (me !== undefined) await accounts.put({ ...found, me })
        for (const id of forgotten.users) await people.delete(keyOf(account, id))
        for (const id of forgotten.chats) await kept.delete(keyOf(account, id))
        for (const content of users) await people.put({ key: keyOf(account, content.id), content })
        for (const content of chats) {
          const key = keyOf(account, content.view.id)
          if (versionOf(await kept.get(key)) <= content.view.version) await kept.put({ key, content })
        }
        return true
      }),
    erase: (account) => within((transaction) => forget(transaction, account)),
    takeTurn: takeTurn(name),
  }
}

const rangeOf = (account: AccountKey): unknown => {
  const { IDBKeyRange } = host()
  if (IDBKeyRange === undefined) throw new Error('There is no IndexedDB here: use another store')
  // An array comes after every string.
  return IDBKeyRange.bound(keyOf(account), [...keyOf(account), []])
}

const forget = async (transaction: Transaction, account: AccountKey): Promise<void> => {
  for (const table of names) await transaction.objectStore(table).delete(rangeOf(account))
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isCopy = (value: unknown): value is { readonly copy: string; readonly me: KeptReplica['me'] } =>
  isRecord(value) && value.format === format && typeof value.copy === 'string'

/** What is wrong in it is found by whoever reads it. */
const contentOf = <T>(record: unknown): T => (isRecord(record) ? record.content : undefined) as T

const versionOf = (record: unknown): number => {
  const view = isRecord(record) && isRecord(record.content) ? record.content.view : undefined
  return isRecord(view) && typeof view.version === 'number' ? view.version : 0
}
