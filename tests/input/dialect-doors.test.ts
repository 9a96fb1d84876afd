// W2: what reaches no call of a dialect, below its path and on a port of its own: refused in its shape, whatever it is.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { dialects } from '../../packages/server/src/dialects/all.ts'
import { type Call, HttpDoor } from '../access/http-door.ts'
import { refusalOf } from './dialect-refusal.ts'
import { Service } from './service.ts'

let service: Service

beforeAll(async () => {
  const names = dialects.map(({ name }) => name)
  const ports = Object.fromEntries(names.map((name) => [name, 0]))
  service = await Service.start({ dialects: { enabled: names, ports } })
})
afterEach(() => service.mustStillServe())
afterAll(() => service?.stop())

const calls: readonly (readonly [what: string, call: Call, statuses: readonly number[]])[] = [
  ['nothing', { method: 'GET', path: '/nothing/here' }, [404]],
  ['nothing, with a body', { method: 'POST', path: '/nothing', body: '{}' }, [404]],
  ['a slash too much', { method: 'GET', path: '//nothing' }, [404]],
  ['a percent sign', { method: 'GET', path: '/nothing/%' }, [400, 422]],
  ['bytes that are no UTF-8', { method: 'GET', path: '/nothing/%ff' }, [400, 422]],
  ['a surrogate', { method: 'POST', path: '/nothing/%ed%a0%80' }, [400, 422]],
  ['U+0000', { method: 'GET', path: '/%00' }, [404]],
  ['upwards', { method: 'GET', path: '/..%2f..%2f..%2fetc%2fpasswd' }, [404]],
  ['5,000 letters', { method: 'GET', path: `/${'a'.repeat(5_000)}` }, [404]],
  ['2,000 slashes', { method: 'GET', path: '/a'.repeat(2_000) }, [404]],
  ['a method that nobody knows', { method: 'PROPFIND', path: '/nothing' }, [404]],
  ['the file of a page that is none', { method: 'GET', path: '/static/..%2fdialect.ts' }, [404]],
  ['the program of a page', { method: 'GET', path: '/static/../routes.ts' }, [404]],
]

describe.each(dialects)('D3 W2: $name', ({ name, routes }) => {
  const doors = {
    'below its path': (call: Call) => service.door.send({ ...call, path: `/compat/${name}${call.path}` }),
    'on its own port': async (call: Call) => {
      const door = new HttpDoor(`http://127.0.0.1:${service.server.app.dialectPorts[name]}`)
      const answer = await door.send(call)
      door.close()
      return answer
    },
  }

  describe.each(Object.entries(doors))('%s', (_, send) => {
    test.each(calls)('%s', async (_what, call, statuses) => {
      expect(statuses).toContain(refusalOf(await send(call)))
    })

    describe('W7 W8: what a request offers or sends besides', () => {
      const [posting] = routes.filter(({ method, path }) => method === 'POST' && !path.includes('{'))
      const post = (body: string, headers: Record<string, string> = {}) =>
        send({
          method: 'POST',
          path: posting?.path ?? '',
          body,
          headers: { 'content-type': 'application/json', ...headers },
        })

      test('an upgrade to h2c is overlooked, and the body is read', async () => {
        const plain = await post('{"x":')
        const offered = await post('{"x":', {
          ...{ connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' },
          'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA',
        })
        expect([refusalOf(offered), offered.text]).toEqual([refusalOf(plain), plain.text])
        // Of one contract it is a form.
        expect([400, 401, 403, 415, 422]).toContain(plain.status)
      })

      test('a gzip body is of no supported type', async () => {
        expect(refusalOf(await post('{}', { 'content-encoding': 'gzip' }))).toBe(415)
      })

      test('5 MB that are refused get their answer', async () => {
        expect([401, 413]).toContain(refusalOf(await post(' '.repeat(5_000_000))))
      })
    })

    test('methods that nobody knows', async () => {
      for (const { path } of routes) {
        for (const method of ['PROPFIND', 'LOCK', 'MKCOL']) {
          expect([404, 405]).toContain(
            refusalOf(await send({ method, path: path.replaceAll(/\{\w+\}/g, '1') })),
          )
        }
      }
    })
  })
})
