// The database as the core knows it.
import type pg from 'pg'
import type { Storage, Stores } from '../core/ports.ts'
import { accountStore } from './accounts.ts'
import { chatFactsStore } from './chat-facts.ts'
import { chatStore } from './chats.ts'
import { type Database, pooledDatabase } from './database.ts'
import { fileRecordStore } from './files.ts'
import { importStore } from './imports.ts'
import { memberStore } from './members.ts'
import { messageKeyStore } from './message-keys.ts'
import { messageNumberStore } from './message-numbers.ts'
import { messagePlaceStore } from './message-places.ts'
import { messageStore } from './messages.ts'
import { operatorStore } from './operator.ts'
import { peopleStore } from './people.ts'
import { previewStore } from './previews.ts'
import { readStore } from './reads.ts'
import { reconcileStore } from './reconcile.ts'
import { sessionStore } from './sessions.ts'
import { syncStore } from './sync.ts'
import { runTransaction } from './transaction.ts'

interface StorageOptions {
  /** See postMessages. On unless given. */
  readonly simpleWrites?: boolean
}

/** Storage over a pool of a checked and migrated database; whoever made the pool ends it. */
export function createStorage(pool: pg.Pool, options: StorageOptions = {}): Storage {
  const database = pooledDatabase(pool)
  return {
    stores: storesOver(database, options),
    transaction: (work) => runTransaction(pool, (transaction) => work(storesOver(transaction, options))),
    async ping() {
      await database.query({ name: 'storage.ping', text: 'SELECT' }, [])
    },
  }
}

const storesOver = (database: Database, { simpleWrites = true }: StorageOptions): Stores => ({
  accounts: accountStore(database),
  operator: operatorStore(database),
  people: peopleStore(database),
  sessions: sessionStore(database),
  chats: chatStore(database),
  members: memberStore(database),
  messages: messageStore(database, simpleWrites),
  messageKeys: messageKeyStore(database),
  files: fileRecordStore(database),
  previews: previewStore(database),
  reads: readStore(database),
  sync: syncStore(database),
  reconcile: reconcileStore(database),
  chatFacts: chatFactsStore(database),
  messagePlaces: messagePlaceStore(database),
  messageNumbers: messageNumberStore(database),
  imports: importStore(database),
})
