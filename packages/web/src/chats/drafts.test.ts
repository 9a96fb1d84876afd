// Drafts outlive a reload, are the same in every tab, and never mix between people or chats.
import { describe, expect, test, vi } from 'vitest'
import { sampleMessage } from '../../../protocol/test/samples.ts'
import { answeredOf, beginEdit, type Draft, isEmpty } from './draft.ts'
import { Drafts, forgetRecords } from './drafts.ts'

/** A storage that tells every tab but the one that wrote, as browsers do. */
class SharedStorage implements Storage {
  readonly items: Map<string, string>
  readonly #tabs: SharedStorage[]
  drafts: Drafts | undefined

  constructor(first?: SharedStorage) {
    this.items = first?.items ?? new Map()
    this.#tabs = first === undefined ? [] : first.#tabs
    this.#tabs.push(this)
  }

  get length() {
    return this.items.size
  }
  getItem = (key: string) => this.items.get(key) ?? null
  key = (index: number) => [...this.items.keys()][index] ?? null
  setItem(key: string, value: string) {
    this.items.set(key, value)
    this.#tell(key)
  }
  removeItem(key: string) {
    this.items.delete(key)
    this.#tell(key)
  }
  clear() {
    this.items.clear()
    this.#tell(null)
  }
  #tell(key: string | null) {
    for (const tab of this.#tabs) if (tab !== this) tab.drafts?.onStored(key)
  }
}

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

  test('V1: are the same in every tab, and gone in every tab once they are sent', async () => {
    const one = tab()
    const other = tab(one.storage)
    expect(other.drafts.get('chat').text).toBe('')
    one.drafts.update('chat', write('hello'))
    expect(other.drafts.get('chat').text).toBe('hello')
    one.drafts.handOver('chat', sent)
    expect(one.drafts.get('chat').text).toBe('')
    await vi.waitFor(() => expect(other.drafts.get('chat').text).toBe(''))
    expect(one.storage.length).toBe(0)
  })

  test('V1: that are being typed are not taken away by another tab', async () => {
    const one = tab()
    const other = tab(one.storage)
    one.drafts.update('chat', write('hello'))
    pause()
    other.drafts.update('chat', write('hello, and more'))
    one.drafts.handOver('chat', sent)
    await vi.waitFor(() => expect(one.storage.length).toBe(0))
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
    storage.setItem('parley.draft.bob.chat', '{"text":"of another"}')
    drafts.close()
    forgetRecords(storage, 'ada')
    drafts.update('chat', write('too late'))
    expect([...storage.items.keys()]).toEqual(['parley.draft.bob.chat'])
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
