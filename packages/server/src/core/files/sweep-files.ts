// Finds and deletes what no command will: uploads that were never sent, content without a row, halves of uploads.
import type { Id } from '@parley/protocol'
import type { Clock } from '../ports.ts'
import { type ReleasePorts, releaseFiles } from './release-files.ts'

/** An upload that no message carries after this long is deleted; so is all else that is older and belongs to nothing. */
const unsentLifetime = 24 * 60 * 60 * 1000

/** Rows and ids that are looked at together. */
const pageSize = 500

export interface SweepReport {
  readonly unused: number
  readonly orphans: number
}

/**
 * Looks at every file in short steps. Several nodes may do it at once, while people upload, send and delete. Stops between
 * two steps when `signal` says so.
 */
export async function sweepFiles(
  ports: ReleasePorts & { readonly clock: Clock },
  signal?: AbortSignal,
): Promise<SweepReport> {
  const before = new Date(ports.clock.now().getTime() - unsentLifetime)
  const report = {
    unused: await sweepRows(ports, before, signal),
    orphans: await sweepContent(ports, before, signal),
  }
  if (!signal?.aborted) await ports.fileStore.clean(before)
  return report
}

async function sweepRows(ports: ReleasePorts, before: Date, signal?: AbortSignal): Promise<number> {
  let removed = 0
  let after: Id | null = null
  while (!signal?.aborted) {
    const page: readonly { id: Id; used: boolean }[] = await ports.storage.stores.files.page(
      after,
      before,
      pageSize,
    )
    removed += await releaseFiles(
      ports,
      page.filter((file) => !file.used).map((file) => file.id),
    )
    after = page.at(-1)?.id ?? null
    if (page.length < pageSize) break
  }
  return removed
}

async function sweepContent(ports: ReleasePorts, before: Date, signal?: AbortSignal): Promise<number> {
  let removed = 0
  let waiting: Id[] = []
  const settle = async (): Promise<void> => {
    const known = new Set(await ports.storage.stores.files.known(waiting))
    for (const id of waiting.filter((candidate) => !known.has(candidate))) {
      await ports.fileStore.delete(id)
      removed += 1
    }
    waiting = []
  }
  for await (const id of ports.fileStore.storedBefore(before)) {
    if (signal?.aborted) return removed
    if (waiting.push(id) === pageSize) await settle()
  }
  await settle()
  return removed
}
