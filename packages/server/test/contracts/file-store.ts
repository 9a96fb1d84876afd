// What every file store must do, run on each implementation.
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Id } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ByteRange, FileStore, FileVariant } from '../../src/core/files/file-store.ts'

export interface StoreUnderTest {
  readonly store: FileStore
  /** How many things there are in it, halves of uploads included. */
  count(): Promise<number>
  end(): Promise<void>
}

const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => at % 251))

/** In pieces of that many bytes. */
async function* pieces(content: Buffer, size = 7_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
}

/** Gives some bytes and then fails. */
async function* failing(): AsyncGenerator<Buffer> {
  yield bytes
  throw new Error('the line was cut')
}

/** `open` gives an empty store, which the suite ends. */
export function fileStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the file store contract, ${name}`, () => {
    let under: StoreUnderTest
    let store: FileStore
    beforeAll(async () => {
      under = await open()
      store = under.store
    })
    afterAll(() => under.end())

    const read = async (id: Id, variant: FileVariant = 'original', range?: ByteRange) => {
      const opened = await store.open(id, variant, range)
      return opened === null ? null : { size: opened.size, content: await buffer(opened.stream) }
    }
    const put = async (content: Buffer = bytes, variant: FileVariant = 'original'): Promise<Id> => {
      const id = uuidv7()
      expect(await store.put(id, variant, pieces(content), content.length)).toBe(content.length)
      return id
    }
    const all = async (before: Date): Promise<Id[]> => Readable.from(store.storedBefore(before)).toArray()
    const tomorrow = () => new Date(Date.now() + 86_400_000)

    test('what was put is read as it was', async () => {
      expect(await read(await put())).toEqual({ size: bytes.length, content: bytes })
      expect(await read(await put(Buffer.alloc(0)))).toEqual({ size: 0, content: Buffer.alloc(0) })
    })

    test('a range is that part, with the size of the whole', async () => {
      const id = await put()
      for (const [start, end] of [
        [0, 0],
        [1000, 70_000],
        [199_990, 199_999],
      ] as const) {
        const content = bytes.subarray(start, end + 1)
        expect(await read(id, 'original', { start, end })).toEqual({ size: bytes.length, content })
      }
    })

    test('variants are kept apart and deleted together', async () => {
      const id = await put()
      expect(await read(id, 'thumbnail')).toBeNull()
      await store.put(id, 'thumbnail', pieces(Buffer.from('small')), 5)
      expect((await read(id, 'thumbnail'))?.content.toString()).toBe('small')
      expect((await read(id))?.content).toEqual(bytes)
      await store.delete(id)
      expect([await read(id), await read(id, 'thumbnail')]).toEqual([null, null])
    })

    test('what was never there is null, and counts as deleted', async () => {
      const id = uuidv7()
      expect(await read(id)).toBeNull()
      await expect(store.delete(id)).resolves.toBeUndefined()
    })

    test('to put again replaces all of it', async () => {
      const id = await put()
      await store.put(id, 'original', pieces(Buffer.from('short')), 5)
      expect((await read(id))?.content.toString()).toBe('short')
    })

    test('what was opened is read to its end though it is replaced and deleted', async () => {
      const id = await put()
      const opened = await store.open(id, 'original')
      await store.put(id, 'original', pieces(Buffer.from('other')), 5)
      await store.delete(id)
      expect(opened === null ? null : await buffer(opened.stream)).toEqual(bytes)
    })

    test('more than may be is refused at once, and nothing is left', async () => {
      const [id, before] = [uuidv7(), await under.count()]
      let asked = 0
      async function* endless(): AsyncGenerator<Buffer> {
        for (;;) {
          asked += 1
          yield Buffer.alloc(1000)
        }
      }
      const error = await store.put(id, 'original', endless(), 3500).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'file_too_large', data: { limit: 3500 } })
      expect(asked).toBe(4)
      expect(await read(id)).toBeNull()
      expect(await under.count()).toBe(before)
    })

    test('content that fails leaves what was there before', async () => {
      const [id, kept] = [uuidv7(), await put()]
      const before = await under.count()
      for (const each of [id, kept]) {
        await expect(store.put(each, 'original', failing(), 1_000_000)).rejects.toThrow('the line was cut')
      }
      expect(await read(id)).toBeNull()
      expect((await read(kept))?.content).toEqual(bytes)
      expect(await under.count()).toBe(before)
    })

    test('many at once, also under one id, are each whole', async () => {
      const id = uuidv7()
      const contents = Array.from({ length: 20 }, (_, at) => Buffer.alloc(50_000, at))
      await Promise.all(contents.map((content) => store.put(id, 'original', pieces(content), 50_000)))
      const result = await read(id)
      expect(contents.some((content) => result?.content.equals(content))).toBe(true)
    })

    test('lists what is older than a time, each once', async () => {
      const id = await put()
      await store.put(id, 'thumbnail', pieces(Buffer.from('small')), 5)
      expect((await all(tomorrow())).filter((listed) => listed === id)).toEqual([id])
      expect(await all(new Date(Date.now() - 86_400_000))).toEqual([])
    })

    test('cleaning leaves alone what was put', async () => {
      const id = await put()
      await store.clean(tomorrow())
      expect((await read(id))?.content).toEqual(bytes)
    })
  })
}
