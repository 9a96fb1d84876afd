// What a timeline shows of sends on their way, and which windows are kept.
import { describe, expect, it } from 'vitest'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import type { OutgoingMessage } from '../types.ts'
import { Timelines, windowsMax } from './timelines.ts'

const me = idOf(10)
const chat = new ModelChat(idOf(1), me)
const open = (timelines: Timelines, chatId = chat.id) =>
  timelines.endLoad(timelines.beginLoad(chatId), {
    ...{ side: 'place', items: [], has_before: false, has_after: false },
  })
const entryOf = (id: string, failed: OutgoingMessage['failed'] = null): OutgoingMessage => ({
  ...{ kind: 'message', id, chatId: chat.id, senderId: me, text: id, replyToId: null, createdAt: 1, failed },
})
const statesOf = (timelines: Timelines) => timelines.timeline(chat.id).items.map(({ state }) => state)

describe('sends on their way', () => {
  it('follow the messages, with or without a window, and show whether they failed', () => {
    const timelines = new Timelines()
    timelines.putPending(chat.id, [entryOf('a'), entryOf('b', { code: 'forbidden', detail: '' })])
    expect(statesOf(timelines)).toEqual(['pending', 'failed'])
    expect(timelines.timeline(chat.id).empty).toBe(true)
  })

  it('are not shown beside their message', () => {
    const timelines = new Timelines()
    open(timelines)
    const message = first()
    timelines.putPending(chat.id, [entryOf(message.id)])
    expect(statesOf(timelines)).toEqual(['pending'])
    timelines.put(message)
    expect(statesOf(timelines)).toEqual(['sent'])
  })

  it('stay on show when acknowledged before an earlier message of others is there', () => {
    const timelines = new Timelines()
    open(timelines)
    const [earlier, own] = two()
    timelines.putPending(chat.id, [entryOf(own.id)])
    timelines.put(own)
    timelines.putPending(chat.id, [])
    expect(statesOf(timelines)).toEqual(['pending'])
    timelines.put(earlier)
    expect(statesOf(timelines)).toEqual(['sent', 'sent'])
  })
})

describe('windows', () => {
  it('of chats not looked at for long are dropped', () => {
    const timelines = new Timelines()
    const chatIds = Array.from({ length: windowsMax + 2 }, (_, number) => idOf(number + 100))
    const [first = '', second = '', ...others] = chatIds
    open(timelines, first)
    open(timelines, second)
    for (const chatId of others) {
      timelines.timeline(first)
      open(timelines, chatId)
    }
    expect(timelines.timeline(first).empty).toBe(false)
    expect(timelines.timeline(second).empty).toBe(true)
    expect(chatIds.filter((chatId) => timelines.isInUse(chatId))).toHaveLength(windowsMax)
  })
})

const messagesOf = (count: number) => {
  const model = new ModelChat(chat.id, me)
  for (let made = 0; made < count; made += 1) model.send(me, 'hi')
  return model.messages
}
const first = () => messagesOf(1)[0] ?? expect.fail('a model keeps what was sent')
const two = () => {
  const [earlier, own] = messagesOf(2)
  if (earlier === undefined || own === undefined) return expect.fail('a model keeps what was sent')
  return [earlier, own] as const
}
