// Drafts outlive a reload, are the same in every tab, and never mix between people or chats.
import { describe, expect, test } from 'vitest'
import { sampleMessage } from '../../../protocol/test/samples.ts'
import { answeredOf, beginEdit, type Draft, isEmpty } from './draft.ts'
import { Drafts, forgetRecords } from './drafts.ts'
import { noteOf } from './handover.ts'
import { SharedStorage } from './testing/shared-storage.ts'

let now = 0
const tab = (first?: SharedStorage, userId = 'ada') => {
  const storage = new SharedStorage(first)
  storage.drafts = new Drafts(storage, userId, () => now)
  return { storage, drafts: storage.drafts }
}
const write = (text: string) => (draft: Draft) => ({ ...draft, text })
const sent = (draft: Draft) => ({ ...draft, text: '', answered: null })
/** Long enough for a text to be no longer the one that is being typed. */
const pause = () => {
  now += 5_000
}

describe('drafts', () => {
  test('V1: outlive a reload with their answer, edit and files, each for its chat and person', () => {
    const { storage, drafts } = tab()
    const message = sampleMessage({ text: 'Really?' })
    const edit = { messageId: 'm', original: 'former', text: 'changed' }
    const files = [{ id: 'f', name: 'sea.png', size: 9 }]
    drafts.update('chat', (draft) =>
      beginEdit({ ...draft, text: 'half a thought', answered: answeredOf(message), files }, edit),
    )
    const reloaded = new Drafts(storage, 'ada')
    expect(reloaded.get('chat')).toEqual({
      text: 'half a thought',
      answered: { messageId: message.id, senderId: message.sender_id, line: 'Really?' },
      edit,
      putAside: [],
      files,
    })
    expect(isEmpty(reloaded.get('other'))).toBe(true)
    expect(isEmpty(new Drafts(storage, 'bob').get('chat'))).toBe(true)
  })

  test('V1: of two tabs do not delete each other', () => {
    const one = tab()
    const other = tab(one.storage)
    one.drafts.update('a', write('from one'))
    other.drafts.update('b', write('from the other'))
    one.drafts.update('a', write('from one!'))
    const reloaded = new Drafts(one.storage, 'ada')
    expect([reloaded.get('a').text, reloaded.get('b').text]).toEqual(['from one!', 'from the other'])
  })

  test('V1: are the same in every tab, and gone in every tab once they are sent', () => {
    const one = tab()
    const other = tab(one.storage)
    expect(other.drafts.get('chat').text).toBe('')
    one.drafts.update('chat', write('hello'))
    expect(other.drafts.get('chat').text).toBe('hello')
    one.drafts.handOver('chat', [noteOf('m', 'chat', { text: 'hello' })], sent)
    expect([one.drafts.get('chat').text, other.drafts.get('chat').text]).toEqual(['', ''])
    one.drafts.release('m')
    expect(one.storage.length).toBe(0)
  })

  test('V1: that are being typed are not taken away by another tab', () => {
    const one = tab()
    const other = tab(one.storage)
    one.drafts.update('chat', write('hello'))
    pause()
    other.drafts.update('chat', write('hello, and more'))
    one.drafts.handOver('chat', [], sent)
    expect(one.storage.length).toBe(0)
    expect(other.drafts.get('chat').text).toBe('hello, and more')
    other.drafts.update('chat', write('hello, and more!'))
    expect(new Drafts(one.storage, 'ada').get('chat').text).toBe('hello, and more!')
  })

  test('V1: are looked for when a tab that heard of nothing is shown again', () => {
    const one = tab()
    const asleep = new Drafts(one.storage, 'ada', () => now)
    expect(asleep.get('chat').text).toBe('')
    one.drafts.update('chat', write('hello'))
    asleep.refresh()
    expect(asleep.get('chat').text).toBe('hello')
  })

  test('V1: of an older version are taken over', () => {
    const storage = new SharedStorage()
    storage.setItem('parley.drafts.ada', '{"chat": "an old thought", "other": 1}')
    const drafts = new Drafts(storage, 'ada')
    expect(drafts.get('chat').text).toBe('an old thought')
    expect([...storage.items.keys()]).toEqual(['parley.draft.ada.chat'])
  })

  test('V1: are forgotten at logout, and do not come back', () => {
    const { storage, drafts } = tab()
    drafts.update('chat', write('secret'))
    drafts.handOver('chat', [noteOf('m', 'chat', { text: 'on its way' })], write('secret'))
    storage.setItem('parley.draft.bob.chat', '{"text":"of another"}')
    storage.setItem('parley.handed.bob.m', '{"chatId":"chat","draft":{"text":"of another"}}')
    drafts.close()
    forgetRecords(storage, 'ada')
    drafts.update('chat', write('too late'))
    drafts.handOver('chat', [noteOf('n', 'chat', { text: 'too late' })], sent)
    drafts.takeBack([noteOf('m', 'chat', { text: 'on its way' })])
    expect([...storage.items.keys()]).toEqual(['parley.draft.bob.chat', 'parley.handed.bob.m'])
  })

  test('V10: that are handed over are noted in the step in which they leave, and come back before what was typed since', () => {
    const { storage, drafts } = tab()
    const files = [{ id: 'f', name: 'sea.png', size: 9 }]
    const notes = ['one', 'two'].map((text, at) =>
      noteOf(`m${at}`, 'chat', { text, files: at === 0 ? files : [] }),
    )
    drafts.update('chat', write('one two'))
    let steps = 0
    const end = drafts.subscribe(() => {
      steps += 1
      expect([...storage.items.keys()]).toEqual(['parley.handed.ada.m0', 'parley.handed.ada.m1'])
    })
    drafts.handOver('chat', notes, sent)
    end()
    expect(steps).toBe(1)
    const reloaded = new Drafts(storage, 'ada')
    expect(reloaded.allHanded()).toEqual(notes)
    expect(reloaded.filesOf('chat')).toEqual(['f'])
    reloaded.update('chat', write('three'))
    reloaded.takeBack(notes)
    expect(reloaded.get('chat')).toMatchObject({ text: 'one\ntwo\nthree', files })
    expect(reloaded.allHanded()).toEqual([])
    // Somebody else has seen to it.
    drafts.takeBack(notes)
    expect(new Drafts(storage, 'ada').get('chat').text).toBe('one\ntwo\nthree')
  })

  test('V10: a note that is none is left out', () => {
    const { storage, drafts } = tab()
    for (const [at, json] of ['{', '1', '{"draft":{"text":"of no chat"}}'].entries())
      storage.setItem(`parley.handed.ada.${at}`, json)
    expect(drafts.allHanded()).toEqual([])
  })

  test('survive a broken and a full store', () => {
    const { storage, drafts } = tab()
    storage.items.set('parley.draft.ada.chat', '{"text": 1, "files": [{}], "edit":')
    expect(isEmpty(drafts.get('chat'))).toBe(true)
    storage.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    drafts.update('chat', write('kept in memory'))
    expect(drafts.get('chat').text).toBe('kept in memory')
  })

  test('tell listeners of changes only', () => {
    const { drafts } = tab()
    const heard: string[] = []
    const end = drafts.subscribe(() => heard.push(drafts.get('chat').text))
    drafts.update('chat', write('x'))
    drafts.update('chat', (draft) => draft)
    end()
    drafts.update('chat', write('y'))
    expect(heard).toEqual(['x'])
  })
})
