// Files in a folder: the contract, and what only a folder has.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileStoreContract } from '../../test/contracts/file-store.ts'
import { openLocalFileStore } from './local.ts'

async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'parley-local-')), 'files')
}
const remove = (folder: string) => rm(join(folder, '..'), { recursive: true, force: true })

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

fileStoreContract('in a folder', async () => {
  const folder = await newFolder()
  const store = await openLocalFileStore(folder)
  return {
    store,
    count: async () => (await filesIn(folder)).length,
    end: () => remove(folder),
  }
})

let folder: string
beforeAll(async () => {
  folder = await newFolder()
})
afterAll(() => remove(folder))

async function* content(): AsyncGenerator<Buffer> {
  yield Buffer.from('content')
}

test('nobody else on the machine can read it', async () => {
  const store = await openLocalFileStore(folder)
  await store.put(uuidv7(), 'original', content(), 100)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  expect(entries.length).toBe(2)
  for (const entry of entries) {
    const { mode } = await stat(join(entry.parentPath, entry.name))
    expect((mode & 0o777).toString(8)).toBe(entry.isDirectory() ? '700' : '600')
  }
  expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700')
})

test('a name that is no id reaches no path', async () => {
  const store = await openLocalFileStore(folder)
  const before = await filesIn(folder)
  for (const id of ['../../etc/passwd', '', 'x', `${uuidv7()}/..`, `${uuidv7()}\0`]) {
    expect(() => store.put(id, 'original', content(), 100)).toThrow('under an id')
    expect(() => store.open(id, 'original')).toThrow('under an id')
    await expect(store.delete(id)).rejects.toThrow('under an id')
  }
  expect(await filesIn(folder)).toEqual(before)
})

test('halves of uploads that a crash left are cleaned away once they are old', async () => {
  const store = await openLocalFileStore(folder)
  const id = uuidv7()
  await store.put(id, 'original', content(), 100)
  const part = join(folder, id.slice(-2), `${id}.original.${uuidv7()}.part`)
  await writeFile(part, 'half')
  await store.clean(new Date(Date.now() - 60_000))
  expect(await filesIn(folder)).toContain(part)
  await store.clean(new Date(Date.now() + 60_000))
  expect(await filesIn(folder)).not.toContain(part)
  expect(await Readable.from(store.storedBefore(new Date(Date.now() + 60_000))).toArray()).toContain(id)
})

test('a folder that cannot be made says so', async () => {
  const file = join(folder, 'a file')
  await writeFile(file, '')
  await expect(openLocalFileStore(join(file, 'below'))).rejects.toThrow('ENOTDIR')
})
