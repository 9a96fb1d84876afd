// Accounts and who is found by which text.
import type { Id } from '@parley/protocol'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleMe } from '../../../protocol/test/samples.ts'
import type { NewAccount } from '../core/accounts/store.ts'
import type { Stores } from '../core/ports.ts'
import { at, type Fixture, person, storageFixture } from './test/fixture.ts'
import { textKey, usernameSkeleton } from './text-key.ts'

let fixture: Fixture
let stores: Stores

beforeAll(async () => {
  fixture = await storageFixture()
  stores = fixture.stores
})
afterAll(() => fixture.end())

const account = (given: Partial<NewAccount>): NewAccount => ({
  id: uuidv7(),
  username: null,
  email: null,
  name: 'Name',
  bio: '',
  locale: 'en',
  passwordHash: 'hash',
  createdAt: at(0),
  ...given,
})

const markDeleted = (userId: Id) =>
  fixture.pool.query('UPDATE users SET deleted_at = $2, username = NULL, username_key = NULL WHERE id = $1', [
    userId,
    at(9),
  ])

describe('an account', () => {
  test('is what was inserted', async () => {
    const id = uuidv7()
    const me = await stores.accounts.insert(
      account({ id, username: 'Ёжик', email: 'Hedgehog@Example.org', bio: 'In the fog', locale: 'ru' }),
    )
    const given = {
      username: 'Ёжик',
      email: 'Hedgehog@Example.org',
      bio: 'In the fog',
      locale: 'ru',
    } as const
    expect(me).toEqual(sampleMe({ id, ...given, name: 'Name', created_at: at(0).toISOString() }))
    expect(await stores.accounts.find(id)).toEqual({
      ...{ me, passwordHash: 'hash', deactivatedAt: null, disabledAt: null },
    })
  })

  test('A1: does not take a username or email that differs only in case or form', async () => {
    await stores.accounts.insert(account({ username: 'Привет', email: 'taken@example.org' }))
    expect(await stores.accounts.insert(account({ username: 'ПРИВЕТ' }))).toBeNull()
    expect(await stores.accounts.insert(account({ email: 'TAKEN@example.org' }))).toBeNull()
    await stores.accounts.insert(account({ username: 'caf\u00e9' }))
    expect(await stores.accounts.insert(account({ username: 'cafe\u0301' }))).toBeNull()
    expect(await stores.accounts.insert(account({ username: 'ｃａｆé' }))).toBeNull()
  })

  test('A1: goes to one of two who ask for the same name at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => stores.accounts.insert(account({ username: 'racer' }))),
    )
    expect(results.filter((me) => me !== null)).toHaveLength(1)
  })

  test('is found by either login in any case, unless deleted', async () => {
    const id = await person(stores, { username: 'Логин', email: 'Login@Example.org' })
    for (const login of ['логин', 'ЛОГИН', 'login@example.ORG']) {
      expect((await stores.accounts.findByLogin(login))?.me.id).toBe(id)
    }
    expect(await stores.accounts.findByLogin('логи%')).toBeNull()
    await markDeleted(id)
    expect(await stores.accounts.findByLogin('login@example.org')).toBeNull()
    expect(await stores.accounts.find(id)).toBeNull()
    expect(await stores.accounts.update(id, { name: 'x' })).toBeNull()
    expect(await stores.accounts.profiles([id])).toMatchObject([
      { id, username: null, deleted_at: at(9).toISOString() },
    ])
  })

  test('changes only in what is given, and can lose a name', async () => {
    const id = await person(stores, { username: 'before', email: 'before@example.org', name: 'Before' })
    expect(await stores.accounts.update(id, { username: null, name: 'After' })).toMatchObject({
      username: null,
      email: 'before@example.org',
      name: 'After',
    })
    expect(await stores.accounts.findByLogin('before')).toBeNull()
    expect(await stores.accounts.update(id, { passwordHash: 'other', locale: 'ru', bio: 'b' })).toMatchObject(
      {
        name: 'After',
        bio: 'b',
        locale: 'ru',
      },
    )
    expect((await stores.accounts.find(id))?.passwordHash).toBe('other')
  })

  test('cannot change to a name that is taken, but may change the case of its own', async () => {
    const id = await person(stores, { username: 'mine' })
    await person(stores, { username: 'theirs', email: 'theirs@example.org' })
    expect(await stores.accounts.update(id, { username: 'THEIRS' })).toBe('taken')
    expect(await stores.accounts.update(id, { email: 'Theirs@example.org' })).toBe('taken')
    expect(await stores.accounts.update(id, { username: 'Mine' })).toMatchObject({ username: 'Mine' })
    expect(await stores.accounts.update(uuidv7(), { name: 'x' })).toBeNull()
  })

  test('remembers only the latest time that its owner was seen', async () => {
    const [seen, never] = [await person(stores), await person(stores)]
    await stores.accounts.noteSeen(seen, at(5))
    await stores.accounts.noteSeen(seen, at(3))
    expect(await stores.accounts.lastSeen([seen, never])).toEqual(new Map([[seen, at(5)]]))
  })
})

describe('an account that is erased', () => {
  test('keeps its id, departs, and is seen by nobody any more', async () => {
    const id = await person(stores, { username: 'erased', email: 'erased@example.org', name: 'Erased' })
    await stores.accounts.noteSeen(id, at(5))
    const deleted = { id, username: null, name: '', bio: '', deleted_at: at(9).toISOString() }
    expect(await stores.accounts.erase(id, at(9))).toMatchObject(deleted)
    expect(await stores.accounts.profiles([id])).toMatchObject([deleted])
    expect(await stores.accounts.departing()).toEqual([id])
    await stores.accounts.noteDeparted(id)
    expect(await stores.accounts.departing()).toEqual([])
    await stores.accounts.noteSeen(id, at(10))
    await stores.accounts.setDeactivated(id, at(10))
    expect(await stores.accounts.lastSeen([id])).toEqual(new Map())
    expect(await stores.people.people([id])).toMatchObject([{ deactivated_at: null, own_email: null }])
    await expect(stores.accounts.erase(id, at(11))).rejects.toThrow('not as the caller believes')
  })

  test('waits for whoever holds the profile', async () => {
    const id = await person(stores)
    const order: string[] = []
    let erasing: Promise<unknown> = Promise.resolve()
    await fixture.storage.transaction(async (held) => {
      expect(await held.accounts.holdProfiles([id])).toMatchObject([{ id, deleted_at: null }])
      erasing = stores.accounts.erase(id, at(9)).then(() => order.push('erased'))
      await expect.poll(() => waitingForLocks()).toBe(1)
      order.push('held')
    })
    await erasing
    expect(order).toEqual(['held', 'erased'])
    await fixture.storage.transaction(async (held) => {
      expect(await held.accounts.holdProfiles([id])).toMatchObject([{ deleted_at: at(9).toISOString() }])
    })
  })
})

async function waitingForLocks(): Promise<number> {
  const { rows } = await fixture.pool.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  )
  return rows.length
}

describe('the search for people', () => {
  const stranger = uuidv7()
  const found = async (query: string, limit = 100) =>
    (await stores.accounts.search({ finderId: stranger, query, limit })).items.map((user) => user.name)

  test('finds by the beginning of the name or username without regard to case, and by the whole email', async () => {
    await person(stores, { username: 'zorro', name: 'Diego', email: 'fox@zorro.example' })
    await person(stores, { name: 'Zorro the Second' })
    expect(await found('ZOR')).toEqual(['Diego', 'Zorro the Second'])
    expect(await found('fox@ZORRO.example')).toEqual(['Diego'])
    expect(await found('fox@zorro')).toEqual([])
    expect(await found('the Second')).toEqual([])
  })

  test('finds whatever letter follows the beginning', async () => {
    const names = ['Ж', 'Жя', 'Ж🦔', 'Ж\u{10fffd}']
    for (const name of names) await person(stores, { name })
    expect((await found('ж')).toSorted()).toEqual(names.toSorted())
  })

  test('finds once who is found in two ways', async () => {
    await person(stores, { username: 'twice', name: 'Twice' })
    expect(await found('twice')).toEqual(['Twice'])
  })

  test('takes wildcards of SQL as letters', async () => {
    await person(stores, { name: '100% sure' })
    await person(stores, { name: '100 per cent' })
    await person(stores, { name: 'snake_case', username: 'back.slash' })
    expect(await found('100%')).toEqual(['100% sure'])
    expect(await found('%')).toEqual([])
    expect(await found('snake_')).toEqual(['snake_case'])
    expect(await found('snake__')).toEqual([])
    expect(await found('_nake')).toEqual([])
    expect(await found('back\\')).toEqual([])
    expect(await found("'; DROP TABLE users; --")).toEqual([])
  })

  test('does not find deleted accounts', async () => {
    const id = await person(stores, { name: 'Ghost' })
    expect(await found('ghost')).toEqual(['Ghost'])
    await markDeleted(id)
    expect(await found('ghost')).toEqual([])
  })

  test('does not find deactivated people until they are active again', async () => {
    const id = await person(stores, { name: 'Hermit', username: 'hermit', email: 'hermit@example.org' })
    await stores.accounts.setDeactivated(id, at(1))
    expect((await stores.accounts.find(id))?.deactivatedAt).toEqual(at(1))
    for (const query of ['hermit', 'hermit@example.org']) expect(await found(query)).toEqual([])
    expect(await found('', 1000)).not.toContain('Hermit')
    await stores.accounts.setDeactivated(id, null)
    expect(await found('hermit')).toEqual(['Hermit'])
  })

  test('A22: does not find disabled people until they are enabled, while their profile is shown as before', async () => {
    const id = await person(stores, { name: 'Culprit', username: 'culprit', email: 'culprit@example.org' })
    await stores.operator.setDisabled(id, at(1))
    for (const query of ['culprit', 'culprit@example.org']) expect(await found(query)).toEqual([])
    expect(await found('', 1000)).not.toContain('Culprit')
    expect(await stores.accounts.profiles([id])).toMatchObject([{ id, name: 'Culprit' }])
    await stores.operator.setDisabled(id, null)
    expect(await found('culprit')).toEqual(['Culprit'])
    expect(await found('', 1000)).toContain('Culprit')
  })

  test('A20: finds nobody by an email that is for nobody, but its owner', async () => {
    const id = await person(stores, { name: 'Hidden', email: 'hidden@search.example' })
    expect(await found('hidden@search.example')).toEqual(['Hidden'])
    await stores.accounts.update(id, { emailVisibility: 'nobody' })
    expect(await found('hidden@search.example')).toEqual([])
    expect(await found('hidden')).toEqual(['Hidden'])
    const own = await stores.accounts.search({ finderId: id, query: 'hidden@search.example', limit: 9 })
    expect(own.items.map((user) => user.id)).toEqual([id])
    expect(await stores.people.findByEmails(['HIDDEN@search.example'], stranger)).toEqual([])
    expect(await stores.people.findByEmails(['HIDDEN@search.example'], null)).toMatchObject([{ id }])
  })

  test('pages through all by name, each once, also those of the same name', async () => {
    const names = ['Paging A', 'Paging B', 'Paging B', 'Paging B', 'Paging C']
    for (const name of names) await person(stores, { name })
    for (const query of ['paging', undefined]) {
      const seen: string[] = []
      let cursor: string | null | undefined
      while (cursor !== null) {
        const page = await stores.accounts.search({
          finderId: stranger,
          limit: 2,
          ...(query === undefined ? {} : { query }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        expect(page.items.length).toBeLessThanOrEqual(2)
        seen.push(...page.items.map((user) => user.id))
        cursor = page.next_cursor
      }
      expect(new Set(seen).size).toBe(seen.length)
      if (query !== undefined) expect(seen).toHaveLength(names.length)
    }
  })

  test('refuses a cursor of another list', async () => {
    const cursor = Buffer.from(JSON.stringify(['members', at(0), uuidv7()])).toString('base64url')
    await expect(stores.accounts.search({ finderId: stranger, limit: 2, cursor })).rejects.toMatchObject({
      code: 'invalid_cursor',
    })
  })
})

describe('the spelling of a username', () => {
  /** One word in many ways, and words that are nearly it. */
  const spelling = fc
    .array(
      fc.constantFrom(
        ...[
          'i',
          'I',
          'İ',
          'ı',
          'i\u0307',
          'ss',
          'ß',
          'ẞ',
          'SS',
          'é',
          'e\u0301',
          'É',
          'e',
          'σ',
          'ς',
          'Σ',
          'ﬁ',
          'fi',
          'ｆi',
        ],
        ...['a', 'а', 'А', 'o', 'о', 'ο', 'l', '1'],
      ),
      { minLength: 3, maxLength: 5 },
    )
    .map((letters) => letters.join(''))

  test('A12: two that are looked up as one have one key, and no others', async () => {
    let same = 0
    await fc.assert(
      fc.asyncProperty(spelling, spelling, fc.boolean(), async (first, second, again) => {
        const other = again ? first.toUpperCase() : second
        const owner = await stores.accounts.insert(account({ username: first }))
        if (owner === null) throw new Error('Every round begins without accounts of such names')
        const found = await stores.accounts.findByLogin(other)
        const rival = await stores.accounts.insert(account({ username: other }))
        for (const made of [owner, rival]) if (made !== null) await stores.accounts.erase(made.id, at(9))
        const isSame = textKey(first) === textKey(other)
        expect(found?.me.id).toBe(isSame ? owner.id : undefined)
        expect(rival === null).toBe(isSame || usernameSkeleton(first) === usernameSkeleton(other))
        if (isSame) same += 1
      }),
      { numRuns: 200 },
    )
    expect(same).toBeGreaterThan(20)
  })

  test('A13: of two people who take names that look alike at the same moment, one gets it', async () => {
    const names = ['ѕсоре', 'scope', 'ЅСОРЕ', 'Scope']
    const made = await Promise.all(names.map((username) => stores.accounts.insert(account({ username }))))
    expect(made.filter((me) => me !== null)).toHaveLength(1)
    const stranger = await person(stores, { username: 'stranger' })
    for (const username of names) expect(await stores.accounts.update(stranger, { username })).toBe('taken')
  })
})
