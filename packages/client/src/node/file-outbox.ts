// An outbox in one JSON file, for bots and command lines under Node. One process at a time uses a file. Messages that bring their
// files with them are not kept in it.
import { isOf, readEntry } from '../outbox/stored-entry.ts'
import type { OutboxEntry, OutboxStore } from '../types.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

/**
 * The file is replaced as a whole, so that a crash leaves the old or the new one. Changes that come while it is being
 * written go together into the next write. A file that cannot be read as an outbox is an error, never overwritten.
 */
export const fileOutbox = (path: string): OutboxStore => {
  let loaded: Promise<Map<string, OutboxEntry>> | undefined
  let writing: Promise<void> | undefined
  let next: Promise<void> | undefined

  const load = () => {
    loaded ??= read(path).catch((error) => {
      loaded = undefined
      throw error
    })
    return loaded
  }

  const save = (entries: ReadonlyMap<string, OutboxEntry>): Promise<void> => {
    next ??= (writing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        writing = next
        next = undefined
        return writeJsonFile(path, [...entries.values()])
      })
    return next
  }

  return {
    all: async (account) => [...(await load()).values()].filter((entry) => isOf(entry, account)),
    put: async (entry) => {
      if (entry.kind === 'message' && entry.files !== undefined) {
        throw new TypeError('An outbox in a JSON file keeps no files: upload them before')
      }
      const entries = await load()
      entries.set(entry.id, entry)
      await save(entries)
    },
    delete: async (id) => {
      const entries = await load()
      if (entries.delete(id)) await save(entries)
    },
  }
}

const read = async (path: string): Promise<Map<string, OutboxEntry>> => {
  const value = await readJsonFile(path, [])
  if (!Array.isArray(value)) throw new TypeError(`${path} is not an outbox`)
  return new Map(value.map(readEntry).map((entry) => [entry.id, entry]))
}
