// K12 A15: the SDK on a device where somebody logged in before, while strangers guess at the password.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Parley } from '@parley/client'
import { fileDevices } from '@parley/client/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../packages/server/test/harness.ts'
import { HttpDoor } from './http-door.ts'
import { password } from './people.ts'

let server: TestServer
let door: HttpDoor
let folder: string
beforeAll(async () => {
  server = await startTestServer({ rateLimits: 'on' })
  door = new HttpDoor(server.url)
  folder = await mkdtemp(join(tmpdir(), 'parley-devices-'))
})
afterAll(async () => {
  door?.close()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('K12 A15: ten wrong guesses of a stranger do not lock out an SDK that logged in before', async () => {
  const { url } = server
  /** As the next process of the bot opens it. */
  const devices = () => fileDevices(join(folder, 'devices.json'))
  const first = await Parley.register({ url, devices: devices() }, { username: 'lunch-bot', password })
  await first.logout()

  const guess = () => door.call('login', null, { body: { login: 'lunch-bot', password: 'a wrong one' } })
  const statuses: number[] = []
  for (let count = 0; count < 11; count += 1) statuses.push((await guess()).status)
  expect(statuses).toEqual([...Array(10).fill(401), 429])

  const login = { login: 'lunch-bot', password }
  await expect(Parley.login({ url }, login)).rejects.toMatchObject({ code: 'rate_limited' })
  for (let count = 0; count < 2; count += 1) {
    const client = await Parley.login({ url, devices: devices() }, login)
    expect(client.me?.username).toBe('lunch-bot')
    await client.logout()
  }
})
