// What is known about files, in PostgreSQL.
import type { File, Id } from '@parley/protocol'
import type { FileAccess, FileRecordStore, NewFile } from '../core/files/store.ts'
import { chatOf, isMember, lookUp, memberOf } from './chat-views.ts'
import type { Database } from './database.ts'
import { type FileRow, fileColumns, toFile } from './rows.ts'

const findSpace = { name: 'files.space', text: 'SELECT id FROM file_space' }

// The row of the person's usage is locked by this, so that of uploads that end together each sees what the others took.
const insertFile = {
  name: 'files.insert',
  text: `
    WITH usage AS (
      INSERT INTO file_usage AS u (owner_id, bytes)
      SELECT $2::uuid, $5::bigint WHERE $10::bigint IS NULL OR $5::bigint <= $10::bigint
      ON CONFLICT (owner_id) DO UPDATE SET bytes = u.bytes + excluded.bytes
        WHERE $10::bigint IS NULL OR u.bytes + excluded.bytes <= $10::bigint
      RETURNING u.owner_id
    )
    INSERT INTO files (id, owner_id, name, media_type, size, width, height, thumbnail, pending, created_at)
    SELECT $1, usage.owner_id, $3, $4, $5::bigint, $6, $7, false, CASE WHEN $8::boolean THEN 'preview' END, $9
    FROM usage
    RETURNING ${fileColumns('files')}`,
}

const findUsage = { name: 'files.usage', text: 'SELECT bytes FROM file_usage WHERE owner_id = $1' }

const isAvatar = (fileId: string): string => `
  EXISTS (
    SELECT FROM (SELECT u.deleted_at FROM users u WHERE u.avatar_file_id = ${fileId} OFFSET 0) wearer
    WHERE wearer.deleted_at IS NULL
  )`

/** The messages that carry the file, with their chats. */
const carrying = (fileId: string): string => `
  (SELECT mf.chat_id, mf.message_id FROM message_files mf WHERE mf.file_id = ${fileId} OFFSET 0) mf
  CROSS JOIN ${lookUp('SELECT found.deleted_at FROM messages found WHERE found.id = mf.message_id')} message
  CROSS JOIN ${chatOf('mf.chat_id')} chat`

const findFor = {
  name: 'files.findFor',
  text: `
    SELECT ${fileColumns('f')},
      CASE
        WHEN f.owner_id = $2 THEN 'owner'
        WHEN ${isAvatar('f.id')} THEN 'avatar'
        WHEN EXISTS (
          SELECT FROM ${carrying('f.id')}
          CROSS JOIN ${memberOf('mf.chat_id', '$2')} member
          WHERE message.deleted_at IS NULL AND ${isMember('chat', 'member')}
        ) THEN 'member'
      END AS access
    FROM files f
    WHERE f.id = $1`,
}

const holdOwn = {
  name: 'files.holdOwn',
  text: 'SELECT FROM files WHERE id = $1 AND may_send_file(owner_id, $2) FOR KEY SHARE',
}

const detachChat = {
  name: 'files.detachChat',
  text: `
    WITH detached AS (
      DELETE FROM message_files WHERE chat_id = $1 RETURNING file_id
    )
    SELECT DISTINCT file_id AS id FROM detached LIMIT $2`,
}

// Two statements: the second one has to see what was committed while the first one waited for a lock.
const lockFiles = {
  name: 'files.lock',
  text: 'SELECT owner_id FROM files WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE',
}

// In one order, so that two deletions do not wait for each other.
const lockUsage = {
  name: 'files.lockUsage',
  text: 'SELECT FROM file_usage WHERE owner_id = ANY ($1::uuid[]) ORDER BY owner_id FOR UPDATE',
}

const isUsed = (fileId: string): string =>
  `(${isAvatar(fileId)} OR EXISTS (
    SELECT FROM ${carrying(fileId)} WHERE message.deleted_at IS NULL AND chat.deleted_at IS NULL))`

const removeUnused = {
  name: 'files.removeUnused',
  // What carries a file that nobody uses are messages that nobody sees.
  text: `
    WITH removed AS (
      DELETE FROM files f WHERE f.id = ANY ($1::uuid[]) AND NOT ${isUsed('f.id')}
      RETURNING f.id, f.owner_id, f.size
    ), freed AS (
      UPDATE file_usage u SET bytes = u.bytes - gone.bytes
      FROM (SELECT removed.owner_id, sum(removed.size) AS bytes FROM removed GROUP BY removed.owner_id) gone
      CROSS JOIN ${lookUp('SELECT k.ctid AS place FROM file_usage k WHERE k.owner_id = gone.owner_id')} k
      WHERE u.ctid = k.place
    ), detached AS (
      DELETE FROM message_files mf
      USING removed
      CROSS JOIN ${lookUp('SELECT k.ctid AS place FROM message_files k WHERE k.file_id = removed.id')} k
      WHERE mf.ctid = k.place
    )
    SELECT removed.id FROM removed`,
}

const pageFiles = {
  name: 'files.page',
  text: `
    SELECT page.id, ${isUsed('page.id')} AS used
    FROM (
      SELECT f.id FROM files f WHERE f.id > $1 AND f.created_at < $2 ORDER BY f.id LIMIT $3
    ) page
    ORDER BY page.id`,
}

const knownFiles = { name: 'files.known', text: 'SELECT id FROM files WHERE id = ANY ($1::uuid[])' }

const beforeAll = '00000000-0000-0000-0000-000000000000'

interface FoundRow extends FileRow {
  /** Null for whoever may not get it. */
  readonly access: FileAccess | null
}

/** Files over a pool or a transaction. */
export function fileRecordStore(database: Database): FileRecordStore {
  const idsOf = async (rows: Promise<{ id: Id }[]>): Promise<Id[]> => (await rows).map((row) => row.id)
  return {
    async space() {
      const [row] = await database.query<{ id: Id }>(findSpace, [])
      if (row === undefined) throw new Error('The database has no name for its files')
      return row.id
    },
    insert: (file, quota) => insert(database, file, quota),
    async usage(ownerId) {
      const [row] = await database.query<{ bytes: number }>(findUsage, [ownerId])
      return row?.bytes ?? 0
    },
    async findFor(fileId, userId) {
      const [row] = await database.query<FoundRow>(findFor, [fileId, userId])
      return row === undefined || row.access === null ? null : { file: toFile(row), access: row.access }
    },
    async holdOwn(fileId, ownerId) {
      return (await database.query(holdOwn, [fileId, ownerId])).length > 0
    },
    detachChat: (chatId, limit) => idsOf(database.query<{ id: Id }>(detachChat, [chatId, limit])),
    async removeUnused(fileIds) {
      const locked = await database.query<{ owner_id: Id }>(lockFiles, [fileIds])
      await database.query(lockUsage, [[...new Set(locked.map((file) => file.owner_id))]])
      return idsOf(database.query<{ id: Id }>(removeUnused, [fileIds]))
    },
    page: (after, before, limit) =>
      database.query<{ id: Id; used: boolean }>(pageFiles, [after ?? beforeAll, before, limit]),
    known: (fileIds) => idsOf(database.query<{ id: Id }>(knownFiles, [fileIds])),
  }
}

async function insert(database: Database, file: NewFile, quota: number | null): Promise<File | null> {
  const [row] = await database.query<FileRow>(insertFile, [
    file.id,
    file.ownerId,
    file.name,
    file.mediaType,
    file.size,
    file.dimensions?.width ?? null,
    file.dimensions?.height ?? null,
    file.awaitsPreview,
    file.createdAt,
    quota,
  ])
  return row === undefined ? null : toFile(row)
}
