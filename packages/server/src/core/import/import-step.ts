// What every step of an import shares: a batch is one transaction, so that whatever ends the process leaves whole batches, which the next
// run finds noted.
import type { Id } from '@parley/protocol'
import type { IdSource, PasswordHasher, Storage, Stores } from '../ports.ts'
import type { ContentPorts } from './foreign-folder.ts'
import type { ImportReport } from './report.ts'
import type { ImportedKind } from './store.ts'

export interface ImportPorts {
  readonly storage: Storage
  readonly ids: IdSource
  readonly passwords: PasswordHasher
  /** Null where nobody knows where the content of files is. */
  readonly content: ContentPorts | null
}

export interface ImportOptions {
  /** Whether somebody whose email an account has already is the person of that account. */
  readonly matchEmails: boolean
  /** Nothing is written. */
  readonly dryRun: boolean
}

export interface ImportStep {
  readonly ports: ImportPorts
  readonly options: ImportOptions
  /** What keys are kept under. */
  readonly source: string
  readonly report: ImportReport
  /** In a dry run the people and chats that would be taken, each with an id that nothing has. */
  readonly imagined: ReadonlyMap<'person' | 'chat', Map<string, Id>>
  /** In a dry run the messages that would not be taken: of large databases fewer than those that would. */
  readonly refusedMessages: Set<string>
}

const isImagined = (kind: ImportedKind): kind is 'person' | 'chat' => kind === 'person' || kind === 'chat'

/** What was taken already, in a dry run also what would have been by now. */
export async function findTaken(
  { source, imagined }: ImportStep,
  stores: Stores,
  kind: ImportedKind,
  keys: readonly string[],
): Promise<Map<string, Id>> {
  const unique = [...new Set(keys)]
  const found = await stores.imports.find(source, kind, unique)
  if (!isImagined(kind)) return found
  for (const key of unique) {
    const id = imagined.get(kind)?.get(key)
    if (id !== undefined && !found.has(key)) found.set(key, id)
  }
  return found
}

/** Runs the work of a batch in one transaction, with no other import in between; like any work it may be run again, so it counts and tells nothing. */
export async function inBatch<T>({ ports }: ImportStep, work: (stores: Stores) => Promise<T>): Promise<T> {
  return ports.storage.transaction(async (stores) => {
    await stores.imports.hold()
    return work(stores)
  })
}

/** Notes what a batch took; in a dry run only for what follows in the run. */
export async function noteTaken(
  { source, options, imagined }: ImportStep,
  stores: Stores,
  kind: ImportedKind,
  taken: ReadonlyMap<string, Id>,
): Promise<void> {
  if (!options.dryRun) return stores.imports.note(source, kind, taken)
  if (!isImagined(kind)) return
  for (const [key, id] of taken) imagined.get(kind)?.set(key, id)
}
