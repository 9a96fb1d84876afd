// From the bytes of frames to what orders them.
import { expect, test } from 'vitest'
import { idOf } from '../realtime/test/fakes.ts'
import { answerText, createFrameDecoder, keyOf } from './frames.ts'

const decode = createFrameDecoder()
const keyIn = (frame: object) => {
  const decoded = decode(Buffer.from(JSON.stringify(frame)))
  return decoded.kind === 'frame' ? keyOf(decoded.frame) : decoded
}

test('W6: what concerns one message has one key, whatever its field is called', () => {
  const [chat_id, id] = [idOf(1), idOf(2)]
  expect([
    keyIn({ type: 'send_message', chat_id, id, text: 'text' }),
    keyIn({ type: 'edit_message', message_id: id, text: 'text' }),
    keyIn({ type: 'delete_message', message_id: id }),
  ]).toEqual([id, id, id])
})

test.each([
  { type: 'hello' },
  { type: 'read', chat_id: idOf(1), seq: 1 },
  { type: 'typing', chat_id: idOf(1) },
  { type: 'watch_presence', user_ids: [] },
  { type: 'ping' },
])('$type waits for no other frame', (frame) => {
  expect(keyIn(frame)).toBeNull()
})

test('an answer has the number of its frame, or none', () => {
  expect(answerText('ack', 0, { message: 1 })).toBe('{"type":"ack","ref":0,"message":1}')
  expect(answerText('pong', undefined, {})).toBe('{"type":"pong"}')
})
