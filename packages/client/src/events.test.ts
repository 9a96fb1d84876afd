// Every reader gets every event from its beginning on, in order, at its own pace, within a bound.
import type { ServerEvent } from '@parley/protocol'
import { describe, expect, it } from 'vitest'
import { bufferMax, EventHub } from './events.ts'
import { idOf } from './testing/model-chat.ts'

const eventOf = (seq: number): ServerEvent => ({ type: 'fully_read', chat_id: idOf(1), seq })
const seqsOf = async (events: AsyncIterable<ServerEvent>, count = Number.POSITIVE_INFINITY) => {
  const seqs: number[] = []
  for await (const event of events) {
    if (event.type === 'fully_read') seqs.push(event.seq)
    if (seqs.length === count) break
  }
  return seqs
}

describe('events', () => {
  it('reach every reader in order, from the moment it began', async () => {
    const hub = new EventHub()
    const early = hub.read()
    hub.push(eventOf(1))
    const late = hub.read()
    const reading = seqsOf(early)
    for (let seq = 2; seq <= 3000; seq += 1) hub.push(eventOf(seq))
    hub.end()
    expect(await reading).toEqual(Array.from({ length: 3000 }, (_, at) => at + 1))
    expect(await seqsOf(late)).toEqual(Array.from({ length: 2999 }, (_, at) => at + 2))
    expect(await seqsOf(hub.read())).toEqual([])
  })

  it('answer several questions at once in their order', async () => {
    const hub = new EventHub()
    const reader = hub.read()
    const answers = [reader.next(), reader.next(), reader.next()]
    hub.push(eventOf(1))
    hub.push(eventOf(2))
    hub.end()
    expect(await Promise.all(answers)).toEqual([
      { done: false, value: eventOf(1) },
      { done: false, value: eventOf(2) },
      { done: true, value: undefined },
    ])
  })

  it('stop for a reader that leaves', async () => {
    const hub = new EventHub()
    const reader = hub.read()
    hub.push(eventOf(1))
    hub.push(eventOf(2))
    expect(await seqsOf(reader, 1)).toEqual([1])
    expect(await reader.next()).toEqual({ done: true, value: undefined })
  })

  it('fail a reader that lags too far behind, after what it had', async () => {
    const hub = new EventHub()
    const reader = hub.read()
    for (let seq = 1; seq <= bufferMax + 1; seq += 1) hub.push(eventOf(seq))
    let read = 0
    const reading = (async () => {
      for await (const event of reader) if (event.type === 'fully_read') read += 1
    })()
    await expect(reading).rejects.toMatchObject({ code: 'event_overflow' })
    expect(read).toBe(bufferMax)
  })
})
