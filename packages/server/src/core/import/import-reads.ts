// Takes what people read: their cursors rise to it, and each reading is noted with its time.
import { findTaken, type ImportStep, inBatch } from './import-step.ts'
import type { ForeignRead } from './source.ts'
import type { ImportedRead } from './store.ts'

export async function importReads(step: ImportStep, reads: readonly ForeignRead[]): Promise<void> {
  const { report } = step
  const { added, known, missing } = await inBatch(step, async (stores) => {
    const find = (kind: 'person' | 'message', keyOf: (read: ForeignRead) => string) =>
      findTaken(step, stores, kind, reads.map(keyOf))
    const people = await find('person', ({ personKey }) => personKey)
    const messages = await find('message', ({ messageKey }) => messageKey)
    const here: ImportedRead[] = []
    const missing: ForeignRead[] = []
    for (const read of reads) {
      const userId = people.get(read.personKey)
      const messageId = messages.get(read.messageKey)
      if (userId === undefined || messageId === undefined) missing.push(read)
      else here.push({ userId, messageId, at: read.at })
    }
    const added = await stores.imports.addReads(here)
    return { added, known: here.length - added, missing }
  })
  report.counts.read.added += added
  report.counts.read.known += known
  for (const { personKey, messageKey } of missing)
    report.remark('read', `${messageKey} ${personKey}`, 'message_missing')
}
