// A15: what wrong guesses at a password cost, and whom, on the real database.
import { Parley } from '@parley/client'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { actorsIn } from '../../../test/actors.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import { createRateLimiter } from '../../security/rate-limiter.ts'
import { AppError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { changePassword } from './change-password.ts'
import { deleteAccount } from './delete-account.ts'
import { login } from './login.ts'

let server: TestServer
let ports: Ports
const clock = { time: Date.parse('2026-06-01T12:00:00Z'), now: () => new Date(clock.time) }

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())
beforeEach(() => {
  ports = { ...server.app.ports, rateLimiter: createRateLimiter(clock) }
})

const password = 'correct horse battery'
let visits = 0
/** Somebody at an address of their own. */
const stranger = () => {
  visits += 1
  return { ip: `10.0.${visits >> 8}.${visits & 255}`, userAgent: 'a test' }
}
const verdictOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'in'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}
const guess = (name: string, wrong = 'a wrong one', client: Parameters<typeof login>[2] = stranger()) =>
  verdictOf(login(ports, { login: name, password: wrong }, client))
const tenWrong = Array(10).fill('wrong_credentials')

async function guesses(names: readonly string[]): Promise<string[]> {
  const verdicts: string[] = []
  for (const name of names) verdicts.push(await guess(name))
  return verdicts
}

/** Upper and lower case in all mixtures, and wide letters, which are compatible forms. */
const spellingsOf = (name: string): string[] => {
  const mixtures = Array.from({ length: 2 ** name.length }, (_, bits) =>
    [...name].map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter)).join(''),
  )
  const wide = [...name].map((letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)).join('')
  return [wide, ...mixtures]
}

test('A15: however a login is spelled, an account has one number of guesses, by username and email together', async () => {
  await Parley.register({ url: server.url }, { username: 'mira', email: 'mira@example.org', password }).then(
    (client) => client.close(),
  )
  const spellings = spellingsOf('mira')
  const logins = spellings.flatMap((name) => [name, `${name}@example.org`]).slice(0, 24)
  expect(await guesses(logins)).toEqual([...tenWrong, ...Array(14).fill('rate_limited')])
})

test('A2 A15: a login that nobody has answers the same at the same guess', async () => {
  const logins = spellingsOf('nobo').slice(0, 12)
  expect(await guesses(logins)).toEqual([...tenWrong, 'rate_limited', 'rate_limited'])
})

test('A15: two logins are one for the limit exactly if the look-up finds the same account by them', async () => {
  const { accounts } = server.app.ports.storage.stores
  const letters = fc.constantFrom(
    'a',
    'A',
    'ß',
    'ẞ',
    'ss',
    'SS',
    'İ',
    'i',
    'I',
    'ı',
    'ﬁ',
    'fi',
    'Ａ',
    'é',
    'e\u0301',
    'Σ',
    'ς',
    'σ',
    'К',
    'K',
    'k',
  )
  const logins = fc.array(letters, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
  let count = 0
  await fc.assert(
    fc.asyncProperty(logins, logins, async (one, other) => {
      count += 1
      const made = await accounts.insert({
        id: server.app.ports.ids.next(),
        username: `${one}.${count}`,
        email: null,
        name: one,
        bio: '',
        locale: 'en',
        passwordHash: 'none',
        createdAt: clock.now(),
      })
      const found = await accounts.findByLogin(`${other}.${count}`)
      const isSame = accounts.loginKey(`${one}.${count}`) === accounts.loginKey(`${other}.${count}`)
      expect(found?.me.id === made?.id).toBe(isSame)
    }),
    { numRuns: 100 },
  )
})

test('A15: guesses side by side are no more than one after another', async () => {
  await actorsIn(server, 'ada')
  const verdicts = await Promise.all(Array.from({ length: 30 }, () => guess('ada')))
  expect(verdicts.filter((verdict) => verdict === 'wrong_credentials')).toHaveLength(10)
  expect(verdicts.filter((verdict) => verdict === 'rate_limited')).toHaveLength(20)
})

test('A15: only wrong guesses count, and what they use up comes back with time', async () => {
  await actorsIn(server, 'ben')
  for (let n = 0; n < 15; n += 1) expect(await guess('ben', password)).toBe('in')
  expect(await guesses(Array(11).fill('ben'))).toEqual([...tenWrong, 'rate_limited'])
  clock.time += 12_000
  expect(await guess('ben', password)).toBe('in')
})

test('A15: strangers who guess do not lock out a device that was used before', async () => {
  await actorsIn(server, 'cleo')
  const { deviceToken } = await login(ports, { login: 'cleo', password }, stranger())
  expect(await guesses(Array(11).fill('cleo'))).toEqual([...tenWrong, 'rate_limited'])
  const device = () => ({ ...stranger(), deviceToken })
  const again = await login(ports, { login: 'cleo', password }, device())
  expect(again.deviceToken).toBe(deviceToken)
  const own: string[] = []
  for (let n = 0; n < 11; n += 1) own.push(await guess('cleo', 'a wrong one', device()))
  expect(own).toEqual([...tenWrong, 'rate_limited'])
})

test('A15: a known device is not kept out by others at its address either', async () => {
  await actorsIn(server, 'dora')
  const { deviceToken } = await login(ports, { login: 'dora', password }, stranger())
  const office = { ip: '192.0.2.7', userAgent: 'a test' }
  for (let n = 0; n < 30; n += 1) await guess(`nobody ${n}`, 'x', office)
  expect(await guess('dora', password, office)).toBe('rate_limited')
  expect(await guess('dora', password, { ...office, deviceToken })).toBe('in')
})

test('A15: what a device was given is of its account alone, and of the present password', async () => {
  const [mona] = await actorsIn(server, 'mona')
  await actorsIn(server, 'nina')
  const { deviceToken, sessionId } = await login(ports, { login: 'mona', password }, stranger())
  expect(await guesses(Array(10).fill('nina'))).toEqual(tenWrong)
  expect(await guess('nina', password, { ...stranger(), deviceToken })).toBe('rate_limited')
  const actor = { userId: mona?.userId ?? '', sessionId }
  const change = { current_password: password, new_password: 'another one' }
  const renewed = await changePassword(ports, actor, change)
  expect(await guesses(Array(10).fill('mona'))).toEqual(tenWrong)
  expect(await guess('mona', 'another one', { ...stranger(), deviceToken })).toBe('rate_limited')
  expect(await guess('mona', 'another one', { ...stranger(), deviceToken: renewed })).toBe('in')
})

test('A15: what asks for the password again shares the account’s guesses, and is not locked out by strangers', async () => {
  const [owner] = await actorsIn(server, 'olga')
  if (owner === undefined) throw new Error('She is there')
  const wrong = { current_password: 'wrong', new_password: 'wrong too' }
  // Two comparisons each: the retry of a change that was stored would show the new password.
  for (let n = 0; n < 4; n += 1) {
    expect(await verdictOf(changePassword(ports, owner, wrong))).toBe('wrong_credentials')
  }
  expect(await verdictOf(deleteAccount(ports, owner, { kind: 'password', password: 'wrong' }))).toBe(
    'wrong_credentials',
  )
  expect(await guesses(['olga', 'olga'])).toEqual(['wrong_credentials', 'rate_limited'])
  const change = { current_password: password, new_password: 'another one' }
  expect(await verdictOf(changePassword(ports, owner, change))).toBe('in')
})
