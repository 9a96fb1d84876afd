import { describe, expect, test } from 'vitest'
import type { Codec, Decoded } from './codec.ts'
import { dialectCodecs } from './dialect-codecs.ts'
import { readStamp, stampedText } from './stamped-text.ts'

const uuid = '0199aaaa-0000-7000-8000-000000000001'
const text = `1000000042${stampedText(7, 60)}`

/** Frames as the contracts have them, and the chat's id in each. */
const deliveries = {
  'chat-application': [{ type: 'message', id: 265, chat_id: 5, sender_id: 3, text }, '5'],
  'messenger-api': [{ type: 'message', data: { id: uuid, chat_id: 5, sender_id: 3, text } }, '5'],
  'windi-messenger': [{ event: 'new_message', data: { id: uuid, chat_id: uuid, text } }, uuid],
  messenger: [{ event: 'message', id: uuid, chat_id: uuid, text }, uuid],
  'chat-backend': [{ type: 'new_message', id: 265, chat_id: 5, content: text, text }, '5'],
} as const

const names = Object.keys(deliveries) as (keyof typeof deliveries)[]

function decode(codec: Codec, frame: unknown) {
  const bytes = Buffer.from(JSON.stringify(frame))
  const found: Decoded = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  const kind = codec.decode(bytes, 0, bytes.length, found)
  return { kind, found, bytes }
}

describe('wires of the dialects', () => {
  test.each(names)('%s: a delivery gives chat, reference and text', (name) => {
    const [frame, chatId] = deliveries[name]
    const { kind, found, bytes } = decode(dialectCodecs[name](), frame)
    expect(kind).toBe('delivery')
    expect(bytes.toString('latin1', found.chatAt, found.chatAt + chatId.length)).toBe(chatId)
    expect(found.ref).toBe(1_000_000_042)
    expect(found.seq).toBe(['chat-application', 'chat-backend'].includes(name) ? 265 : found.ref)
    expect(readStamp(bytes, found.textAt)).toBe(0)
    expect(bytes.toString('latin1', found.textAt)).toMatch(/^@0{14}:000007/)
  })

  test.each(names)('%s: a send has the reference in front of the text', (name) => {
    const [, chatId] = deliveries[name]
    const { payload, refAt } = dialectCodecs[name]().send(chatId, stampedText(7, 60), 'a-token')
    expect(payload.slice(refAt, refAt + 11)).toBe('1000000000@')
    const [head = '', body = head] = payload.split('\r\n\r\n')
    expect(JSON.stringify(JSON.parse(body))).toBe(body)
    expect(head.includes('Bearer a-token')).toBe(name === 'chat-backend')
  })

  test.each(names)('%s: what is wrong is told from the rest', (name) => {
    const codec = dialectCodecs[name]()
    const fault = {
      'chat-application': { type: 'error', detail: 'x' },
      'messenger-api': { type: 'error', data: { detail: 'x' } },
      'windi-messenger': { error: 'x' },
      messenger: { event: 'error', detail: 'x' },
      'chat-backend': { type: 'error', detail: 'x' },
    }[name]
    expect(decode(codec, fault).kind).toBe('error')
    expect(decode(codec, { type: 'typing', chat_id: uuid }).kind).toBe('other')
  })

  test('a socket that joins its chats one by one is ready with the last', () => {
    const login = dialectCodecs['chat-backend']().login('', ['5', '6'])
    const sent: string[] = []
    expect(login.opening).toBe('{"type":"join_chat","chat_id":5}')
    expect(login.hear('{"type":"joined","chat_id":5}', (frame) => sent.push(frame))).toBeNull()
    expect(sent).toEqual(['{"type":"join_chat","chat_id":6}'])
    expect(login.hear('{"type":"joined","chat_id":6}', (frame) => sent.push(frame))).toEqual([
      { id: '5', lastSeq: 0 },
      { id: '6', lastSeq: 0 },
    ])
    expect(() => login.hear('{"type":"error","detail":"no"}', () => {})).toThrow('The login failed')
  })
})
