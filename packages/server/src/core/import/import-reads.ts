// Takes what people read: their cursors rise to it, and each reading is noted with its time.
import { findTaken, type ImportStep, inBatch } from './import-step.ts'
import type { ForeignRead } from './source.ts'
import type { ImportedRead } from './store.ts'

export async function importReads(step: ImportStep, reads: readonly ForeignRead[]): Promise<void> {
  const { report, options, refusedMessages } = step
  const { added, known, missing } = await inBatch(step, async (stores) => {
    const find = (kind: 'person' | 'message', keyOf: (read: ForeignRead) => string) =>
      findTaken(step, stores, kind, reads.map(keyOf))
    const people = await find('person', ({ personKey }) => personKey)
    const messages = await find('message', ({ messageKey }) => messageKey)
    const here: ImportedRead[] = []
    const missing: ForeignRead[] = []
    let imagined = 0
    for (const read of reads) {
      const userId = people.get(read.personKey)
      const messageId = messages.get(read.messageKey)
      const isImagined = options.dryRun && messageId === undefined && !refusedMessages.has(read.messageKey)
      if (userId !== undefined && isImagined) imagined += 1
      else if (userId === undefined || messageId === undefined) missing.push(read)
      else here.push({ userId, messageId, at: read.at })
    }
    const added = await (options.dryRun ? stores.imports.countReads(here) : stores.imports.addReads(here))
    return { added: added + imagined, known: here.length - added, missing }
  })
  report.counts.read.added += added
  report.counts.read.known += known
  for (const { personKey, messageKey } of missing)
    report.remark('read', `${messageKey} ${personKey}`, 'message_missing')
}
