// What becomes of an edit that is begun and put aside.
import { describe, expect, test } from 'vitest'
import { beginEdit, discardEdit, draftLine, emptyDraft, leaveEdit, putBack } from './draft.ts'

const typed = (text: string) => ({ messageId: 'm', original: 'former', text })
const other = { messageId: 'other', original: 'x', text: 'x' }

describe('an edit', () => {
  test('V1: leaves the text of the new message alone', () => {
    const draft = beginEdit({ ...emptyDraft, text: 'a new thought' }, typed('former'))
    expect(draft).toMatchObject({ text: 'a new thought', edit: typed('former') })
    expect(leaveEdit(draft)).toMatchObject({ text: 'a new thought', edit: null, putAside: [] })
  })

  test('V1: that is begun again goes on with what was typed', () => {
    const draft = { ...emptyDraft, edit: typed('half') }
    expect(beginEdit(draft, typed('former'))).toBe(draft)
  })

  test('V1: is put aside for another one if it has changed something, and goes on from there', () => {
    const draft = beginEdit({ ...emptyDraft, edit: typed('half') }, other)
    expect(draft).toMatchObject({ edit: other, putAside: [typed('half')] })
    expect(beginEdit(draft, typed('former'))).toMatchObject({ edit: typed('half'), putAside: [] })
    expect(discardEdit(draft, 'm').putAside).toEqual([])
    expect(beginEdit({ ...emptyDraft, edit: typed('former') }, other).putAside).toEqual([])
  })

  test('V1: that was refused comes back with its text', () => {
    expect(beginEdit(emptyDraft, typed('refused')).edit).toEqual(typed('refused'))
  })
})

describe('V10: what comes back into a draft', () => {
  const file = (id: string) => ({ id, name: id, size: 1 })
  const answer = (messageId: string) => ({ messageId, senderId: 'ada', line: 'x' })

  test('stands before what was typed and chosen since; the later answer stays', () => {
    const since = { ...emptyDraft, text: 'after', files: [file('b')], edit: other }
    const taken = { ...emptyDraft, text: 'before', answered: answer('m'), files: [file('a')] }
    expect(putBack(since, taken)).toEqual({
      ...{ text: 'before\nafter', answered: answer('m'), edit: other, putAside: [] },
      files: [file('a'), file('b')],
    })
    expect(putBack({ ...since, answered: answer('n') }, taken).answered).toEqual(answer('n'))
    expect(putBack(emptyDraft, taken)).toEqual(taken)
  })

  test('is put aside if it is an edit, unless the same message is edited again', () => {
    const taken = { ...emptyDraft, edit: typed('half') }
    expect(putBack({ ...emptyDraft, text: 'x' }, taken)).toMatchObject({
      text: 'x',
      putAside: [typed('half')],
    })
    const edited = { ...emptyDraft, edit: typed('more') }
    expect(putBack(edited, taken)).toEqual(edited)
    const aside = { ...emptyDraft, putAside: [typed('more')] }
    expect(putBack(aside, taken)).toEqual(aside)
  })
})

test('the line of a draft is its text, else its files, else its edit', () => {
  const files = ['a.txt', 'b.txt'].map((name) => ({ id: name, name, size: 1 }))
  expect(draftLine({ ...emptyDraft, text: 'x', files })).toBe('x')
  expect(draftLine({ ...emptyDraft, files })).toBe('a.txt, b.txt')
  expect(draftLine({ ...emptyDraft, edit: typed('half') })).toBe('half')
  expect(draftLine(emptyDraft)).toBe('')
})
