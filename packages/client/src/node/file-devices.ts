// What makes this device known at logins, in one JSON file, for bots and command lines under Node. One process at a time uses a file.
import type { DeviceStore } from '../types.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

/** A file that cannot be read as such is an error, never overwritten. Only its owner may read it. */
export const fileDevices = (path: string): DeviceStore => {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  return {
    getItem: (key) => inTurn(async () => (await read(path)).get(key) ?? null),
    setItem: (key, value) =>
      inTurn(async () => {
        const items = await read(path)
        if (items.get(key) === value) return
        await writeJsonFile(path, Object.fromEntries(items.set(key, value)))
      }),
  }
}

const read = async (path: string): Promise<Map<string, string>> => {
  const value = await readJsonFile(path, {})
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const items: [string, unknown][] = isObject ? Object.entries(value) : []
  if (!isObject || !items.every(isItem)) throw new TypeError(`${path} keeps no devices`)
  return new Map(items)
}

const isItem = (item: [string, unknown]): item is [string, string] => typeof item[1] === 'string'
