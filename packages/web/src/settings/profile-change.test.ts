// What saving the profile sends.
import { describe, expect, test } from 'vitest'
import { changedProfile, needsPassword } from './profile-change.ts'

const me = { name: 'Ada', username: 'ada', email: null, bio: '', email_visibility: 'contacts' as const }
const form = { name: 'Ada', username: 'ada', email: '', bio: '', emailVisibility: 'contacts' as const }

describe('the profile form', () => {
  test('sends nothing when nothing changed', () => {
    expect(changedProfile(me, { ...form, name: ' Ada ' })).toBeNull()
  })

  test('sends only what changed', () => {
    expect(changedProfile(me, { ...form, bio: 'First programmer', email: 'ada@example.org' })).toEqual({
      bio: 'First programmer',
      email: 'ada@example.org',
    })
  })

  test('A16: needs the password for what one logs in with, and for nothing else', () => {
    const needs = (change: Partial<typeof form>) => needsPassword(changedProfile(me, { ...form, ...change }))
    expect([needs({}), needs({ name: 'A' }), needs({ bio: 'B' })]).toEqual([false, false, false])
    expect([needs({ username: '' }), needs({ email: 'a@b.c', bio: 'B' })]).toEqual([true, true])
  })

  test('sends who sees the e-mail when that changed', () => {
    expect(changedProfile(me, { ...form, emailVisibility: 'nobody' })).toEqual({ email_visibility: 'nobody' })
  })

  test('takes an emptied username off the account, but never the name', () => {
    expect(changedProfile(me, { ...form, username: ' ' })).toEqual({ username: null })
    expect(changedProfile(me, { ...form, name: ' ' })).toBeNull()
  })
})
