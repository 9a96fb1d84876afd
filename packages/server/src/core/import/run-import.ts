// Carries out an import: people, chats, messages with their files, reads, in this order.
import { randomBytes } from 'node:crypto'
import type { Id } from '@parley/protocol'
import { importChats } from './import-chats.ts'
import { importMessages, withFewFiles } from './import-messages.ts'
import { importPeople } from './import-people.ts'
import { importReads } from './import-reads.ts'
import type { ImportOptions, ImportPorts, ImportStep } from './import-step.ts'
import { createReport, type ImportCounts, type ImportRemark } from './report.ts'
import type { ImportSource } from './source.ts'

export interface ImportListener {
  onRemark(remark: ImportRemark): void
  /** After each batch; the counts go on changing. */
  onProgress(counts: ImportCounts): void
}

/**
 * Takes from the source what is not here yet. Each batch is one transaction: what ends the import leaves whole batches, and the next run
 * goes on. Throws what the source throws, `unavailable` when the database is lost, and `storage_full` when a file would take what must
 * stay free.
 */
export async function runImport(
  ports: ImportPorts,
  source: ImportSource,
  options: ImportOptions,
  { onRemark, onProgress }: ImportListener,
): Promise<ImportCounts> {
  const report = createReport(onRemark)
  const imagined = new Map([
    ['person', new Map<string, Id>()],
    ['chat', new Map<string, Id>()],
  ] as const)
  const refusedMessages = new Set<string>()
  const step: ImportStep = { ports, options, source: source.name, report, imagined, refusedMessages }
  const unknownHash = await ports.passwords.hash(randomBytes(32).toString('base64'), 'import')
  const each = async <T>(
    batches: AsyncIterable<readonly T[]>,
    take: (batch: readonly T[]) => Promise<void>,
  ) => {
    for await (const batch of batches) {
      await take(batch)
      onProgress(report.counts)
    }
  }
  await each(source.people(), (people) => importPeople(step, people, unknownHash))
  await each(source.chats(), (chats) => importChats(step, chats))
  await each(withFewFiles(source.messages()), (messages) => importMessages(step, messages))
  await each(source.reads(), (reads) => importReads(step, reads))
  return report.counts
}
