// C2 C6: the plain pages of a dialect's own port show of a chat what its calls show, and of one that may not be seen what they show of
// none.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../../packages/server/src/dialects/all.ts'
import { startTestServer, type TestServer } from '../../../packages/server/test/harness.ts'
import { onlyMembers } from '../chat-cases.ts'
import { HttpDoor } from '../http-door.ts'
import { canary, ghostOf, kinds, Stage, seats, type Target, targetOf } from '../stage.ts'
import { Scenes } from './scenes.ts'
import { uselessTokens } from './tokens.ts'

const withPages = dialects.filter(({ pages }) => pages !== undefined)

let webRoot: string
let server: TestServer
let scenes: Scenes

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'parley-web-'))
  await writeFile(join(webRoot, 'index.html'), '<!doctype html><html><body></body></html>')
  const ports = Object.fromEntries(withPages.map(({ name }) => [name, 0]))
  server = await startTestServer({ dialects: { enabled: [], ports }, http: { webRoot } })
  scenes = await Scenes.make(new Stage(server))
})
afterAll(async () => {
  scenes?.stage.door.close()
  await server?.stop()
  await rm(webRoot, { recursive: true, force: true })
})

describe.each(withPages)('C6 D2: $name', ({ name, cookies, pages }) => {
  const addresses = Object.keys(pages?.addresses ?? {})
  const ofChats = [
    ...addresses.filter((path) => path.includes('{')),
    '/messenger/{chat_id}',
    '/messenger/{chat_id}/1',
  ]
  const shown = async (path: string, { chatId }: Pick<Target, 'chatId'>, token: string | null) => {
    const door = new HttpDoor(`http://127.0.0.1:${server.app.dialectPorts[name]}`)
    const headers = {
      accept: 'text/html',
      ...(token === null ? {} : { cookie: `${cookies?.access}=${token}` }),
    }
    const at = path.replaceAll(/\{\w+\}/g, chatId)
    const answer = await door.send({ method: 'GET', path: at, headers })
    door.close()
    expect(answer.status).toBe(200)
    return answer.text
  }

  test.each(seats)('%s', async (seat) => {
    for (const kind of kinds) {
      const target = targetOf(scenes.shared(kind), seat)
      const isIn = onlyMembers[kind][seat] === 200
      for (const path of ofChats) {
        const page = await shown(path, target, target.self.token)
        expect([path, kind, page.includes(canary)]).toEqual([path, kind, isIn])
        if (!isIn) expect(page).toBe(await shown(path, ghostOf(target), target.self.token))
      }
      const listed = await shown('/messenger', target, target.self.token)
      expect(listed.includes(target.chatId)).toBe(isIn)
    }
  })

  test('without a session nothing is shown', async () => {
    for (const kind of kinds) {
      const target = targetOf(scenes.shared(kind), 'owner')
      for (const token of Object.values(uselessTokens(target.cast))) {
        for (const path of [...ofChats, ...addresses.filter((address) => !address.includes('{'))]) {
          const page = await shown(path, target, token)
          expect(page).not.toContain(canary)
          expect(page).toBe(await shown(path, ghostOf(target), token))
        }
      }
    }
  })
})
