// What becomes of an edit that is begun, put aside, saved or refused.
import { describe, expect, test } from 'vitest'
import { beginEdit, discardEdit, draftLine, emptyDraft, saveEdit, settleEdit } from './draft.ts'

const typed = (text: string) => ({ messageId: 'm', original: 'former', text })

describe('an edit', () => {
  test('V1: leaves the text of the new message alone', () => {
    const draft = beginEdit({ ...emptyDraft, text: 'a new thought' }, 'm', 'former')
    expect(draft).toMatchObject({ text: 'a new thought', edit: typed('former') })
    expect(saveEdit(draft, typed('changed'))).toMatchObject({ text: 'a new thought', edit: null })
  })

  test('V1: that is begun again goes on with what was typed', () => {
    const draft = { ...emptyDraft, edit: typed('half') }
    expect(beginEdit(draft, 'm', 'former')).toBe(draft)
  })

  test('V1: is put aside for another one if it has changed something', () => {
    expect(beginEdit({ ...emptyDraft, edit: typed('half') }, 'other', 'x').unsaved).toEqual([
      { ...typed('half'), state: 'put-aside' },
    ])
    expect(beginEdit({ ...emptyDraft, edit: typed('former') }, 'other', 'x').unsaved).toEqual([])
  })

  test('V1: that was refused stays with its text, and comes back into the composer with it', () => {
    const refused = settleEdit(saveEdit(emptyDraft, typed('changed')), typed('changed'), 'forbidden')
    expect(refused.unsaved).toEqual([{ ...typed('changed'), state: { code: 'forbidden' } }])
    const again = beginEdit(refused, 'm', 'former')
    expect(again).toMatchObject({ edit: typed('changed'), unsaved: [] })
    expect(discardEdit(refused, 'm').unsaved).toEqual([])
  })

  test('V1: is gone once it is acknowledged, unless a newer one took its place', () => {
    const first = saveEdit(emptyDraft, typed('one'))
    expect(settleEdit(first, typed('one'), null).unsaved).toEqual([])
    const second = saveEdit(first, typed('two'))
    expect(settleEdit(second, typed('one'), null)).toBe(second)
    expect(settleEdit(second, typed('two'), null).unsaved).toEqual([])
  })
})

test('the line of a draft is its text, else its files, else its edit', () => {
  const files = ['a.txt', 'b.txt'].map((name) => ({ id: name, name, size: 1, uploadedId: null }))
  expect(draftLine({ ...emptyDraft, text: 'x', files })).toBe('x')
  expect(draftLine({ ...emptyDraft, files })).toBe('a.txt, b.txt')
  expect(draftLine({ ...emptyDraft, edit: typed('half') })).toBe('half')
  expect(draftLine(emptyDraft)).toBe('')
})
