import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeOutboxStore } from '../testing/outbox-store-contract.ts'
import { fileOutbox } from './file-outbox.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-outbox-'))
})
afterEach(() => rm(folder, { recursive: true }))

const own = { origin: 'https://one.example', userId: 's' }
const path = () => join(folder, 'below', 'outbox.json')

describe('the outbox in a file', () => {
  describeOutboxStore(() => fileOutbox(path()), true)

  it('is readable by its owner only', async () => {
    await fileOutbox(path()).put({
      ...{
        kind: 'message',
        id: 'a',
        chatId: 'c',
        senderId: 's',
        text: 'secret',
        replyToId: null,
        createdAt: 1,
      },
      failed: null,
    })
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it('reads what the first version of the SDK left', async () => {
    const file = join(folder, 'former.json')
    const former = { id: 'a', chat_id: 'c', sender_id: 's', text: 't', file_ids: ['f'], reply_to_id: null }
    await writeFile(file, JSON.stringify([{ ...former, created_at: 1, failed: null }]))
    expect(await fileOutbox(file).all(own)).toEqual([
      {
        kind: 'message',
        id: 'a',
        chatId: 'c',
        senderId: 's',
        text: 't',
        fileIds: ['f'],
        replyToId: null,
        createdAt: 1,
        failed: null,
      },
    ])
  })

  it.each(['no JSON', '{"id":1}', '[{"text":"without an id"}]'])(
    'refuses a file that is no outbox, and leaves it alone: %s',
    async (content) => {
      const file = join(folder, 'outbox.json')
      await writeFile(file, content)
      const store = fileOutbox(file)
      await expect(store.all(own)).rejects.toThrow()
      await expect(store.delete('a')).rejects.toThrow()
      expect(await readFile(file, 'utf8')).toBe(content)
    },
  )
})
