// Password hashes: their parameters, equal work for unknown accounts, and the bounds on work at once.
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

const hasher = createPasswordHasher()

describe('password hashes', () => {
  test('A3: are argon2id with 19 MiB, two passes, one lane, and salted', async () => {
    const [first, second] = await Promise.all([hasher.hash('пароль', 'a'), hasher.hash('пароль', 'a')])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(first).not.toBe(second)
  })

  test('fit their own password only', async () => {
    const stored = await hasher.hash('correct horse', 'a')
    expect(await hasher.verify(stored, 'correct horse', 'a')).toBe(true)
    expect(await hasher.verify(stored, 'correct horse ', 'a')).toBe(false)
    expect(await hasher.verify(stored, '', 'a')).toBe(false)
  })

  test('T5: those of bcrypt are compared too, and known as foreign; nothing else is taken for a hash', async () => {
    const foreign = await bcryptHash('пароль прежней программы', { cost: 4 })
    expect([foreign.replace('$2b', '$2a'), foreign.replace('$2b', '$2y'), foreign].every(hasher.knows)).toBe(
      true,
    )
    expect(await hasher.verify(foreign, 'пароль прежней программы', 'a')).toBe(true)
    expect(await hasher.verify(foreign, 'another', 'a')).toBe(false)
    // As bcrypt got it from a device that writes a letter and its mark as two.
    const typed = 'e\u0301tude en la'
    expect(await hasher.verify(await bcryptHash(typed, { cost: 4 }), typed, 'a')).toBe(true)
    const own = await hasher.hash('x', 'a')
    expect([hasher.isForeign(foreign), hasher.isForeign(own), hasher.knows(own)]).toEqual([true, false, true])
    const others = [
      '',
      '!',
      'md5',
      foreign.replace('$04', '$31'),
      own.replace('19456', '4000000'),
      `${foreign}x`,
    ]
    expect(others.filter(hasher.knows)).toEqual([])
  })

  test('A2: an unknown account has no password and costs as much as a known one', async () => {
    const stored = await hasher.hash('correct horse', 'a')
    expect(await hasher.verify(null, 'correct horse', 'a')).toBe(false)
    const [known, unknown] = [stored, null].map((hash) => ({ hash, time: 0 }))
    // In turns, so that whatever else the machine does slows both down alike.
    for (let n = 0; n < 20; n += 1) {
      for (const side of [known, unknown]) {
        const started = performance.now()
        await hasher.verify(side?.hash ?? null, 'wrong', 'a')
        if (side) side.time += performance.now() - started
      }
    }
    const ratio = (unknown?.time ?? 0) / (known?.time ?? 1)
    expect(ratio).toBeGreaterThan(0.4)
    expect(ratio).toBeLessThan(2.5)
  })

  test('beyond the bounds callers are told to come back, and the others get their turn', async () => {
    const bounded = createPasswordHasher({ concurrency: 1, maxWaiting: 2 })
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => bounded.hash('x', 'a')))
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(outcomes[4]).toMatchObject({ reason: { code: 'unavailable', data: { retryAfter: 1 } } })
    expect(await bounded.hash('again', 'a')).toContain('argon2id')
  })

  test('A15: somebody who asks at another address does not wait for all who asked before', async () => {
    const bounded = createPasswordHasher({ concurrency: 1, maxWaiting: 20, maxWaitingPerKey: 8 })
    const done: string[] = []
    const ask = (key: string) => bounded.hash('x', key).then(() => done.push(key))
    const crowd = Array.from({ length: 12 }, () => ask('crowd'))
    const refused = Promise.allSettled(crowd)
    await ask('other')
    expect(done.filter((key) => key === 'crowd').length).toBeLessThanOrEqual(2)
    const outcomes = (await refused).map(({ status }) => status)
    expect(outcomes).toEqual([...Array(9).fill('fulfilled'), ...Array(3).fill('rejected')])
  })

  test('a failed check gives its turn back', async () => {
    const single = createPasswordHasher({ concurrency: 1, maxWaiting: 0 })
    await expect(single.verify('not a hash', 'x', 'a')).rejects.toThrow()
    expect(await single.hash('x', 'a')).toContain('argon2id')
  })
})
