// The registration form's own checks.
import { limits } from '@parley/protocol'
import { describe, expect, test } from 'vitest'
import { registrationBody, registrationFaults } from './registration.ts'

const form = { name: '', username: '', email: '', password: 'long enough' }

describe('the registration form', () => {
  test('wants a username or an e-mail', () => {
    expect(registrationFaults(form)).toEqual({ username: 'required' })
    expect(registrationFaults({ ...form, email: 'ada@example.org' })).toEqual({})
    expect(registrationFaults({ ...form, username: 'ада.лавлейс' })).toEqual({})
    expect(registrationFaults({ ...form, username: 'हिन्दी' })).toEqual({})
    expect(registrationFaults({ ...form, username: '\u3164\u3164\u3164' })).toEqual({
      username: 'usernameInvalid',
    })
  })

  test('names every fault at once', () => {
    expect(registrationFaults({ ...form, username: 'a b', email: 'nobody', password: 'short' })).toEqual({
      username: 'usernameInvalid',
      email: 'emailInvalid',
      password: 'passwordShort',
    })
  })

  test('V9: takes what the server takes, in code points, and names what is longer', () => {
    const full = {
      name: '🚀'.repeat(limits.nameMax),
      username: '𐐨'.repeat(limits.usernameMax),
      email: `${'𐐨'.repeat(limits.emailMax - 4)}@a.b`,
      password: '🎻'.repeat(limits.passwordMax),
    }
    expect(registrationFaults(full)).toEqual({})
    for (const name of ['name', 'username', 'email', 'password'] as const)
      expect(registrationFaults({ ...full, [name]: `x${full[name]}` })).toEqual({ [name]: 'tooLong' })
  })

  test('sends only what was filled in', () => {
    expect(registrationBody({ ...form, username: ' ada ' }, 'ru')).toEqual({
      username: 'ada',
      password: 'long enough',
      locale: 'ru',
    })
  })
})
