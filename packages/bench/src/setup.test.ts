import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createSetup } from './setup.ts'

test('people come again as they were, with tokens renewed at half of their life', async () => {
  const paths: string[] = []
  const server = createServer((request, response) => {
    paths.push(request.url ?? '')
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const given = JSON.parse(body) as { username?: string; refresh_token?: string }
      const name = given.refresh_token ?? given.username
      const answer = {
        user: { id: name?.slice(-6) },
        access_token: `a${paths.length}`,
        refresh_token: name,
        expires_in: 900,
      }
      response.writeHead(201).end(JSON.stringify(answer))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    let now = 0
    const setup = createSetup(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      () => {},
      () => now,
    )
    const first = await setup.people(3)
    now = 449_000
    expect(await setup.people(3)).toEqual(first)
    expect(paths).toHaveLength(3)
    now = 451_000
    const renewed = await setup.people(3)
    expect(renewed.map((person) => person.id)).toEqual(first.map((person) => person.id))
    expect(renewed.map((person) => person.token)).not.toContain(first[0]?.token)
    expect(paths.slice(3)).toEqual(Array.from({ length: 3 }, () => '/api/v1/auth/refresh'))
  } finally {
    server.close()
  }
})
