// The tails: the newest messages of the chats that went on last.
import { describe, expect, it } from 'vitest'
import { idOf, ModelChat } from '../testing/model-chat.ts'
import { Tails, tailsMax } from './tails.ts'
import { aheadMax, tailMax, tailOf, type Window } from './window.ts'

const ana = idOf(11)
const chatOf = (number: number, count: number): ModelChat => {
  const chat = new ModelChat(idOf(number), ana)
  for (let seq = 1; seq <= count; seq += 1) chat.send(ana, `message ${seq}`)
  return chat
}
const windowOf = ({ messages }: ModelChat): Window => ({
  ...{ messages: [...messages], hasBefore: false, hasAfter: false, ahead: [] },
})
const pageOf = ({ messages }: ModelChat) => ({ items: [...messages], has_before: false, has_after: false })

describe('K13: a tail', () => {
  it('is the end of a window that reaches the end, and no more than so many messages', () => {
    const [short, long] = [windowOf(chatOf(1, 9)), windowOf(chatOf(1, tailMax + 30))]
    expect(tailOf(short)).toBe(short)
    expect(tailOf(long)).toEqual({ ...long, messages: long.messages.slice(30), hasBefore: true })
    expect(tailOf({ ...long, hasAfter: true })).toBeUndefined()
  })

  it('goes on with live messages, and ends where too many of them wait behind a hole', () => {
    const chat = chatOf(1, tailMax)
    const tails = new Tails(true)
    tails.take(chat.id, windowOf(chat))
    for (let more = 1; more <= aheadMax + 5; more += 1) chat.send(ana, `more ${more}`)
    tails.put(chat.messages[tailMax] ?? expect.fail('it was sent'))
    expect(tails.get(chat.id)?.messages).toEqual(chat.messages.slice(1, tailMax + 1))
    for (const message of chat.messages.slice(tailMax + 2)) tails.put(message)
    expect(tails.get(chat.id)).toBeUndefined()
  })

  it('begins with a page, and with what arrived while that was on its way', () => {
    const chat = chatOf(1, 3)
    const tails = new Tails(true)
    tails.beginLoad(chat.id)
    const page = pageOf(chat)
    chat.send(ana, 'meanwhile')
    chat.edit(2, 'edited meanwhile')
    for (const seq of [4, 2]) tails.put(chat.messages[seq - 1] ?? expect.fail('it was sent'))
    tails.endLoad(chat.id, page)
    expect(tails.get(chat.id)?.messages).toEqual(chat.messages)
  })

  it('does not begin with a page of before the chat was forgotten', () => {
    const chat = chatOf(1, 3)
    const tails = new Tails(true)
    tails.beginLoad(chat.id)
    tails.forget(chat.id)
    tails.endLoad(chat.id, pageOf(chat))
    expect(tails.get(chat.id)).toBeUndefined()
  })

  it('is of the chats of the newest activity alone', () => {
    const tails = new Tails(true)
    const chats = Array.from({ length: tailsMax + 10 }, (_, at) => chatOf(100 + at, 1 + ((at * 7) % 230)))
    for (const chat of chats) tails.take(chat.id, windowOf(chat))
    const left = chats.filter(({ id }) => tails.get(id) !== undefined)
    expect(left).toHaveLength(tailsMax)
    const gone = chats.filter(({ id }) => tails.get(id) === undefined)
    const newestGone = Math.max(...gone.map(({ version }) => version))
    expect(left.every(({ version }) => version >= newestGone)).toBe(true)
  })

  it('is none where nothing is kept', () => {
    const tails = new Tails(false)
    const chat = chatOf(1, 3)
    tails.take(chat.id, windowOf(chat))
    expect(tails.get(chat.id)).toBeUndefined()
  })
})
