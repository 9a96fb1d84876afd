// Where the app keeps files and what works on them.
import { join } from 'node:path'
import { sweepFiles } from '../core/files/sweep-files.ts'
import type { Ports, Storage } from '../core/ports.ts'
import { createImages } from '../files/images.ts'
import { openLocalFileStore } from '../files/local.ts'
import { mediaTypes } from '../files/media-types.ts'
import { type Sweeper, startSweeper } from '../files/sweeper.ts'

/** Milliseconds from the start to the first look for unused files, and from one to the next. */
const sweeping = { first: 60_000, every: 3_600_000 }

/** Rejects when the folder cannot be made. Each database has a folder of its own in it. */
export async function openFileParts(
  folder: string,
  storage: Storage,
): Promise<Pick<Ports, 'fileStore' | 'images' | 'mediaTypes'>> {
  const fileStore = await openLocalFileStore(join(folder, await storage.stores.files.space()))
  return { fileStore, images: createImages(), mediaTypes }
}

export const startSweeping = (ports: Ports): Sweeper =>
  startSweeper({ sweep: (signal) => sweepFiles(ports, signal), log: ports.log, ...sweeping })
