// Takes over what another program keeps, from the command line, beside a running server or without one.
import { v7 as uuidv7 } from 'uuid'
import type { ImportOptions } from '../core/import/import-step.ts'
import type { ImportCounts } from '../core/import/report.ts'
import { type ImportListener, runImport } from '../core/import/run-import.ts'
import type { Log } from '../core/ports.ts'
import { createPasswordHasher } from '../security/password-hasher.ts'
import type { Connection } from '../storage/postgres.ts'
import type { SourceName } from '../storage/sources/source-names.ts'
import { sources } from '../storage/sources/sources.ts'
import { createStorage } from '../storage/storage.ts'
import { openBesideServer } from './beside-server.ts'
import { type ContentSettings, openContentPorts } from './keep-files.ts'

export { AppError } from '../core/errors.ts'
export { type ImportCounts, type ImportRemark, importReasons, isRefusal } from '../core/import/report.ts'

export interface ImportOrder extends ImportOptions {
  readonly from: SourceName
  /** Where that program's database is. */
  readonly url: string
  /** Left out where nobody knows where its files are. */
  readonly content?: ContentSettings
}

/**
 * As runImport does. While no server runs on the database none can start until the end. Throws UnfitDatabaseError where the other
 * program's database cannot be read.
 */
export async function importFrom(
  connection: Connection,
  { from, url, content, ...options }: ImportOrder,
  { log, ...listener }: ImportListener & { readonly log: Log },
): Promise<ImportCounts> {
  const foreign = await sources[from](url)
  try {
    const { pool, lock, close } = await openBesideServer(connection, { log, max: 2 })
    try {
      const storage = createStorage(pool)
      const ports = {
        storage,
        ids: { next: () => uuidv7() },
        passwords: createPasswordHasher(),
        content:
          content === undefined
            ? null
            : await openContentPorts(content, storage, { log, isServed: lock === null }),
      }
      return await runImport(ports, foreign.source, options, listener)
    } finally {
      await close()
    }
  } finally {
    await foreign.close()
  }
}
