// What is still to be done about pictures, in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { Carrier, PendingFile, PreviewStore } from '../core/files/preview-store.ts'
import type { Database } from './database.ts'

const owners = {
  name: 'previews.owners',
  text: 'SELECT DISTINCT owner_id AS id FROM files WHERE pending IS NOT NULL',
}

const next = {
  name: 'previews.next',
  text: `
    SELECT id, pending FROM files
    WHERE owner_id = $1 AND pending IS NOT NULL AND id <> ALL ($2::uuid[])
    ORDER BY owner_id, id
    LIMIT 1`,
}

// Against the lock that a send takes of its files: it is over when this one is had, or reads the file after this transaction.
const lock = { name: 'previews.lock', text: 'SELECT FROM files WHERE id = $1 FOR UPDATE' }

const settle = {
  name: 'previews.settle',
  text: `
    UPDATE files f SET width = $2, height = $3, thumbnail = $2::integer IS NOT NULL,
      pending = CASE
        WHEN (f.width, f.height, f.thumbnail) IS NOT DISTINCT FROM ($2::integer, $3::integer, $2::integer IS NOT NULL) THEN NULL
        WHEN EXISTS (SELECT FROM message_files mf WHERE mf.file_id = $1) THEN 'news'
      END
    WHERE f.id = $1
    RETURNING f.id`,
}

const carriers = {
  name: 'previews.carriers',
  text: `
    SELECT DISTINCT mf.chat_id AS "chatId", mf.message_id AS "messageId"
    FROM (SELECT k.chat_id, k.message_id FROM message_files k WHERE k.file_id = $1 OFFSET 0) mf
    WHERE $2::uuid IS NULL OR (mf.chat_id, mf.message_id) > ($2, $3)
    ORDER BY mf.chat_id, mf.message_id
    LIMIT $4`,
}

const done = { name: 'previews.done', text: 'UPDATE files SET pending = NULL WHERE id = $1' }

/** Previews over a pool or a transaction. */
export function previewStore(database: Database): PreviewStore {
  return {
    async owners() {
      return (await database.query<{ id: Id }>(owners, [])).map((row) => row.id)
    },
    async next(ownerId, except) {
      const [row] = await database.query<PendingFile>(next, [ownerId, except])
      return row ?? null
    },
    async settle(fileId, dimensions) {
      await database.query(lock, [fileId])
      const size = [dimensions?.width ?? null, dimensions?.height ?? null]
      return (await database.query(settle, [fileId, ...size])).length > 0
    },
    carriers: (fileId, after, limit) =>
      database.query<Carrier>(carriers, [fileId, after?.chatId ?? null, after?.messageId ?? null, limit]),
    async done(fileId) {
      await database.query(done, [fileId])
    },
  }
}
