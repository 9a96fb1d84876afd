// The second line of a chat in the list.
import { describe, expect, test } from 'vitest'
import { sampleMessage } from '../../../../protocol/test/samples.ts'
import { chatPreview, oneLine } from './chat-preview.ts'

const message = sampleMessage({ sender_id: 'ada', text: 'first\n\nsecond' })
const direct = { kind: 'direct' as const, direct_user_ids: ['ada', 'me'], last_message: message }
const group = { kind: 'group' as const, direct_user_ids: null, last_message: message }
const quiet = { meId: 'me', typing: [], draft: '', open: false }

describe('the preview of a chat', () => {
  test('names the sender in a group, and oneself in a direct chat', () => {
    expect(chatPreview(group, quiet)).toEqual({ kind: 'message', senderId: 'ada', text: 'first second' })
    expect(chatPreview(direct, quiet)).toEqual({ kind: 'message', senderId: null, text: 'first second' })
    expect(chatPreview({ ...direct, last_message: { ...message, sender_id: 'me' } }, quiet)).toMatchObject({
      senderId: 'me',
    })
  })

  test('names nobody in saved messages', () => {
    const saved = { ...direct, direct_user_ids: ['me'], last_message: { ...message, sender_id: 'me' } }
    expect(chatPreview(saved, quiet)).toMatchObject({ senderId: null })
  })

  test('puts typing before a draft and a draft before the last message', () => {
    expect(chatPreview(group, { ...quiet, typing: ['bob'], draft: 'hm' })).toEqual({
      kind: 'typing',
      userIds: ['bob'],
    })
    expect(chatPreview(group, { ...quiet, draft: ' hm ' })).toEqual({ kind: 'draft', text: 'hm' })
    expect(chatPreview(group, { ...quiet, draft: 'hm', open: true })).toMatchObject({ kind: 'message' })
  })

  test('says that there is nothing, or nothing any more', () => {
    expect(chatPreview({ ...group, last_message: null }, quiet)).toEqual({ kind: 'empty' })
    expect(chatPreview({ ...group, last_message: { ...message, text: null } }, quiet)).toEqual({
      kind: 'deleted',
    })
  })

  test('names the files of a message without a text', () => {
    const file = { id: 'f', media_type: 'text/plain', size: 1, width: null, height: null }
    const named = (name: string) => ({ ...file, name, created_at: message.created_at, has_thumbnail: false })
    const files = [named('one.txt'), named('two.txt')]
    const preview = (text: string) =>
      chatPreview({ ...direct, last_message: { ...message, text, files } }, quiet)
    expect(preview('')).toMatchObject({ text: 'one.txt, two.txt' })
    expect(preview('a text')).toMatchObject({ text: 'a text' })
  })

  test('is one short line', () => {
    expect(oneLine(`a\n\tb${' '.repeat(9)}c`)).toBe('a b c')
    expect(oneLine('x'.repeat(100_000))).toHaveLength(160)
  })
})
