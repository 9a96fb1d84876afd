// The group commit, against a store that is held open by hand.
import type { Id, Message } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { sampleMessage } from '../../../../protocol/test/samples.ts'
import { AppError, InDoubtError } from '../errors.ts'
import type { Envelope } from '../events.ts'
import { createMessageWriter } from './message-writer.ts'
import type { MessageDraft, PostOutcome } from './store.ts'

const draft = (id: string, chatId = 'chat'): MessageDraft => ({
  id,
  chatId,
  senderId: 'sender',
  text: 'text',
  fileIds: [],
  replyToId: null,
  createdAt: new Date(0),
})

const messageOf = (from: MessageDraft, seq: number): Message =>
  sampleMessage({ id: from.id, chat_id: from.chatId, seq, sender_id: from.senderId, text: from.text })

/** A store whose every call waits until `release`, and which remembers what it was asked. */
function heldStore(answer?: (drafts: readonly MessageDraft[]) => PostOutcome[]) {
  const batches: string[][] = []
  const gates: (() => void)[] = []
  let seq = 0
  const known = new Map<string, Message>()
  const store = (drafts: readonly MessageDraft[]): PostOutcome[] =>
    drafts.map((item) => {
      const stored = known.get(item.id)
      if (stored !== undefined) return { status: 'stored', message: stored }
      seq += 1
      const message = messageOf(item, seq)
      known.set(item.id, message)
      return { status: 'created', message }
    })
  return {
    batches,
    post: async (drafts: readonly MessageDraft[]) => {
      batches.push(drafts.map((item) => item.id))
      await new Promise<void>((resolve) => gates.push(resolve))
      return (answer ?? store)(drafts)
    },
    async begun(count: number) {
      while (batches.length < count) await new Promise((resolve) => setImmediate(resolve))
    },
    /** Lets the oldest call go on, once there is one. */
    async release() {
      while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
      gates.shift()?.()
    },
  }
}

function recordingBus() {
  const published: Envelope[][] = []
  return { published, publish: (envelopes: readonly Envelope[]) => void published.push([...envelopes]) }
}

function recordingReconciler() {
  const doubted: Id[] = []
  const foundAt: [Id, number][] = []
  return {
    doubted,
    foundAt,
    doubtMessages: (ids: readonly Id[]) => void doubted.push(...ids),
    found: (chatId: Id, version: number) => void foundAt.push([chatId, version]),
  }
}

describe('the group commit', () => {
  test('M6: what arrives in one turn leaves as one batch, what arrives meanwhile as the next', async () => {
    const store = heldStore()
    const bus = recordingBus()
    const writer = createMessageWriter({ store, reconciler: recordingReconciler(), bus })
    const first = [writer.post(draft('a')), writer.post(draft('b'))]
    await store.release()
    const later = [writer.post(draft('c')), writer.post(draft('d'))]
    await Promise.all(first)
    await store.release()
    await Promise.all(later)
    expect(store.batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(bus.published.map((batch) => batch.map(({ event }) => event.type))).toEqual([
      ['message_created', 'message_created'],
      ['message_created', 'message_created'],
    ])
  })

  test('the same id twice is one message and one event, and the second is told so', async () => {
    const store = heldStore()
    const bus = recordingBus()
    const writer = createMessageWriter({ store, reconciler: recordingReconciler(), bus })
    const [one, two, three] = [writer.post(draft('a')), writer.post(draft('a')), writer.post(draft('b'))]
    await store.release()
    await store.release()
    expect((await one).status).toBe('created')
    expect((await two).status).toBe('stored')
    expect((await three).status).toBe('created')
    expect(store.batches).toEqual([['a'], ['a', 'b']])
    expect(bus.published.flat()).toHaveLength(2)
  })

  test('a draft that the database refuses does not take its batch with it', async () => {
    const store = heldStore((drafts) => {
      if (drafts.some((item) => item.id === 'bad')) throw new Error('refused by the database')
      return drafts.map((item, index) => ({ status: 'created', message: messageOf(item, index + 1) }))
    })
    const writer = createMessageWriter({ store, reconciler: recordingReconciler(), bus: recordingBus() })
    const results = Promise.allSettled(['a', 'bad', 'b'].map((id) => writer.post(draft(id))))
    for (let calls = 0; calls < 4; calls += 1) await store.release()
    expect((await results).map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('a lost connection rejects the whole batch without a second try, and nothing is published', async () => {
    const store = heldStore(() => {
      throw new AppError('unavailable')
    })
    const bus = recordingBus()
    const writer = createMessageWriter({ store, reconciler: recordingReconciler(), bus })
    const results = Promise.allSettled(['a', 'b'].map((id) => writer.post(draft(id))))
    await store.release()
    expect((await results).map((result) => result.status)).toEqual(['rejected', 'rejected'])
    expect(store.batches).toHaveLength(1)
    expect(bus.published).toEqual([])
  })

  test('what is in doubt, and what was stored already, is left to the reconciler', async () => {
    const stored = messageOf(draft('a'), 7)
    let attempts = 0
    const store = heldStore(() => {
      attempts += 1
      if (attempts === 1) throw new InDoubtError()
      return [{ status: 'stored', message: stored }]
    })
    const bus = recordingBus()
    const reconciler = recordingReconciler()
    const writer = createMessageWriter({ store, bus, reconciler })
    const lost = writer.post(draft('a'))
    await store.release()
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' })
    expect(reconciler.doubted).toEqual(['a'])
    const again = writer.post(draft('a'))
    await store.release()
    expect(await again).toEqual({ status: 'stored', message: stored })
    expect(reconciler.foundAt).toEqual([['chat', stored.version]])
    expect(bus.published).toEqual([])
  })

  test('a chat is in one batch at a time, while others are written beside it', async () => {
    const store = heldStore()
    const writer = createMessageWriter({
      store,
      bus: recordingBus(),
      reconciler: recordingReconciler(),
      beside: { lanes: 2, patience: 1, share: 0 },
    })
    const posts = [writer.post(draft('a1', 'a'))]
    await store.begun(1)
    posts.push(writer.post(draft('a2', 'a')), writer.post(draft('b1', 'b')), writer.post(draft('a3', 'a')))
    await store.begun(2)
    expect(store.batches).toEqual([['a1'], ['b1']])
    for (let calls = 0; calls < 3; calls += 1) await store.release()
    await Promise.all(posts)
    expect(store.batches[2]).toEqual(['a2', 'a3'])
  })

  test('I8: beyond the bound a send is refused at once', async () => {
    const store = heldStore()
    const writer = createMessageWriter({
      store,
      reconciler: recordingReconciler(),
      bus: recordingBus(),
      maxWaiting: 2,
    })
    const accepted = [writer.post(draft('a')), writer.post(draft('b'))]
    await expect(writer.post(draft('c'))).rejects.toMatchObject({ code: 'unavailable' })
    await store.release()
    await Promise.all(accepted)
    await writer.idle()
    expect(store.batches).toEqual([['a', 'b']])
  })
})
