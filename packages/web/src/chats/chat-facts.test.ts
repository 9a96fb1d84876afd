// What follows from a chat for one person.
import { describe, expect, test } from 'vitest'
import { directPartner, isMuted, mutedForever, postingFor } from './chat-facts.ts'

describe('a chat', () => {
  test('is with the other person, or with oneself', () => {
    expect(directPartner({ kind: 'direct', direct_user_ids: ['me', 'ada'] }, 'me')).toBe('ada')
    expect(directPartner({ kind: 'direct', direct_user_ids: ['me'] }, 'me')).toBe('me')
    expect(directPartner({ kind: 'group', direct_user_ids: null }, 'me')).toBeUndefined()
  })

  test('is muted only until the time set', () => {
    const now = Date.parse('2026-11-21T12:00:00.000Z')
    expect(isMuted({ muted_until: null }, now)).toBe(false)
    expect(isMuted({ muted_until: '2026-11-21T11:59:59.000Z' }, now)).toBe(false)
    expect(isMuted({ muted_until: mutedForever }, now)).toBe(true)
  })

  test('may be written in by members, and by admins alone when posting is restricted', () => {
    const chat = { kind: 'group', posting: 'everyone' } as const
    expect(postingFor({ ...chat, role: 'member' })).toBe('allowed')
    expect(postingFor({ ...chat, role: null })).toBe('not-member')
    expect(postingFor({ ...chat, posting: 'admins', role: 'member' })).toBe('restricted')
    expect(postingFor({ ...chat, posting: 'admins', role: 'admin' })).toBe('allowed')
  })
})
