// Codecs that answer late, with several frames, or differently for each person, and sockets that do not want everything.
import type { ServerEvent } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import type { EncodedTexts, FrameCodec } from './frame-codec.ts'
import { deferred, idOf, removed, sent, turn } from './test/fakes.ts'
import { alice, bob, chat, startHub } from './test/hub-harness.ts'

const named = (type: string) => JSON.stringify({ type })
const seqOf = (event: ServerEvent): number => ('message' in event ? event.message.seq : 0)

/** Gives nothing before `say` is called. */
function lateCodec() {
  const waiting = new Map<number, (texts: EncodedTexts) => void>()
  let asked = 0
  const codec: FrameCodec = {
    name: 'late',
    encode(event) {
      if (event.type !== 'message_created') return named(event.type)
      asked += 1
      const { promise, resolve } = deferred<EncodedTexts>()
      waiting.set(seqOf(event), resolve)
      return promise
    },
  }
  return { codec, asked: () => asked, say: (seq: number, texts: EncodedTexts) => waiting.get(seq)?.(texts) }
}

describe('a codec that answers late', () => {
  test('D6: is asked once, and what comes after waits for it', async () => {
    const { enter, publish } = startHub()
    const late = lateCodec()
    const [one, other] = await Promise.all([enter(alice, [chat], late.codec), enter(bob, [chat], late.codec)])
    publish(sent(chat, 1), sent(chat, 2))
    late.say(2, named('second'))
    await turn()
    expect(one.socket.types()).toEqual(['ready'])
    late.say(1, named('first'))
    // The promises settle in one turn, what they made is written in the next.
    await turn()
    await turn()
    expect(one.socket.types()).toEqual(['ready', 'first', 'second'])
    expect(other.socket.types()).toEqual(['ready', 'first', 'second'])
    expect(late.asked()).toBe(2)
  })

  test('that fails is passed over', async () => {
    const { enter, publish } = startHub()
    const failing: FrameCodec = {
      name: 'failing',
      encode: async (event) => {
        if (seqOf(event) === 1) throw new Error('a look-up that failed')
        return named('sound')
      },
    }
    const { socket } = await enter(alice, [chat], failing)
    publish(sent(chat, 1), sent(chat, 2))
    await turn()
    await turn()
    expect(socket.types()).toEqual(['ready', 'sound'])
  })

  test('delivers nothing of a chat that the person was taken out of meanwhile, but the removal', async () => {
    const { enter, publish } = startHub()
    const late = lateCodec()
    const { socket } = await enter(alice, [chat], late.codec)
    publish(sent(chat, 1, 2), removed(chat, 1, 3))
    late.say(1, named('too late'))
    await turn()
    await turn()
    expect(socket.types()).toEqual(['ready', 'member_removed'])
  })

  test('delivers nothing to a socket that closed meanwhile', async () => {
    const { enter, publish } = startHub()
    const late = lateCodec()
    const { socket, connection } = await enter(alice, [chat], late.codec)
    await turn()
    publish(sent(chat, 1))
    connection.lose('closed')
    late.say(1, named('too late'))
    await turn()
    expect(socket.types()).toEqual(['ready'])
  })
})

test('D6: a codec may encode an event differently for each person, or as several frames', async () => {
  const { enter, publish } = startHub()
  const codec: FrameCodec = {
    name: 'personal',
    encode: () => (userId) => (userId === idOf(1) ? [named('one'), named('two')] : null),
  }
  const [one, other] = await Promise.all([enter(alice, [chat], codec), enter(bob, [chat], codec)])
  publish(sent(chat, 1))
  await turn()
  expect(one.socket.types()).toEqual(['ready', 'one', 'two'])
  expect(other.socket.types()).toEqual(['ready'])
})

test('the door hears which chat the person was taken out of', async () => {
  const { enter, publish } = startHub()
  const { socket } = await enter(alice)
  publish(removed(chat, 1, 3))
  await turn()
  expect(socket.chatsLeft).toEqual([idOf(chat)])
})
