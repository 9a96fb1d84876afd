// What is offered for a member of a group.
import { describe, expect, test } from 'vitest'
import { memberActions } from './member-actions.ts'

describe('actions on a member', () => {
  test('are the owner’s for everyone else', () => {
    expect(memberActions('owner', { user_id: 'ada', role: 'member' }, 'me')).toEqual([
      'make-admin',
      'make-owner',
      'remove',
    ])
    expect(memberActions('owner', { user_id: 'ada', role: 'admin' }, 'me')).toContain('make-member')
    expect(memberActions('owner', { user_id: 'me', role: 'owner' }, 'me')).toEqual([])
  })

  test('of an admin are to remove ordinary members', () => {
    expect(memberActions('admin', { user_id: 'ada', role: 'member' }, 'me')).toEqual(['remove'])
    expect(memberActions('admin', { user_id: 'ada', role: 'admin' }, 'me')).toEqual([])
  })

  test('are none for everyone else', () => {
    expect(memberActions('member', { user_id: 'ada', role: 'member' }, 'me')).toEqual([])
    expect(memberActions(null, { user_id: 'ada', role: 'member' }, 'me')).toEqual([])
  })
})
