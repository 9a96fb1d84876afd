// Stopping: requests in hand are finished, other connections end at once, new requests are sent elsewhere.
import { describe, expect, test } from 'vitest'
import { connect, listen, parseAnswer, problemIn, startRoutes } from './test/start.ts'

const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

/** A server with a route that answers when it is let, and one that sends its head at once and its body when it is let. */
async function start(drain = 10_000) {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  const { server } = await startRoutes(
    {},
    {
      settings: { timeouts: { drain } },
      more(server) {
        server.get('/quick', async () => 'quick')
        server.get('/held', async () => {
          reached.resolve()
          await gate.promise
          return 'held'
        })
        server.get('/streamed', (_, reply) => {
          reply.raw.writeHead(200, { 'content-length': '4' })
          reply.raw.write('ha')
          reply.hijack()
          reached.resolve()
          gate.promise.then(() => reply.raw.end('lf'))
        })
      },
    },
  )
  return { server, port: await listen(server), open: gate.resolve, reached: reached.promise }
}

describe('close', () => {
  test('finishes a request in hand and then ends its connection', async () => {
    const { server, port, open, reached } = await start()
    const connection = connect(port)
    connection.send(request('/held'))
    await reached
    let closed = false
    const closing = server.close().then(() => {
      closed = true
    })
    await expect.poll(() => server.server.listening).toBe(false)
    expect(closed).toBe(false)
    open()
    const answer = parseAnswer(await connection.closed)
    expect([answer.status, answer.body, answer.headers.connection]).toEqual([200, 'held', 'close'])
    await closing
  })

  test('finishes an answer whose head had left before', async () => {
    const { server, port, open, reached } = await start()
    const connection = connect(port)
    connection.send(request('/streamed'))
    await reached
    await expect.poll(() => connection.received()).toContain('ha')
    const closing = server.close()
    open()
    expect(parseAnswer(await connection.closed).body).toBe('half')
    await closing
  })

  test('ends connections that wait for a next request, or never sent one, at once', async () => {
    const { server, port } = await start()
    const idle = connect(port)
    idle.send(request('/quick'))
    await expect.poll(() => idle.received()).toContain('quick')
    const silent = connect(port)
    const half = connect(port)
    half.send('GET /quick HT')
    await expect
      .poll(() => new Promise((resolve) => server.server.getConnections((_, count) => resolve(count))))
      .toBe(3)
    const started = performance.now()
    await server.close()
    expect(performance.now() - started).toBeLessThan(2_000)
    await Promise.all([idle.closed, silent.closed, half.closed])
  })

  test('tells a request that still arrives on a busy connection to go elsewhere', async () => {
    const { server, port, open, reached } = await start()
    const connection = connect(port)
    connection.send(request('/streamed'))
    await reached
    const closing = server.close()
    await expect.poll(() => server.server.listening).toBe(false)
    const refused = new Promise((resolve) =>
      server.server.once('request', (_, response) => resolve(response)),
    )
    connection.send(request('/quick'))
    await refused
    open()
    const text = await connection.closed
    const answer = parseAnswer(text.slice(text.indexOf('half') + 4))
    expect([answer.status, problemIn(answer).code, answer.headers['retry-after']]).toEqual([
      503,
      'draining',
      '1',
    ])
    await closing
  })

  test('cuts off what is not finished in time', async () => {
    const { server, port, reached } = await start(200)
    const connection = connect(port)
    connection.send(request('/held'))
    await reached
    await server.close()
    expect(await connection.closed).toBe('')
  })

  test('leaves upgraded connections to those who took them', async () => {
    const { server } = await startRoutes({})
    server.server.on('upgrade', (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n')
      socket.on('data', () => socket.end('bye'))
    })
    const connection = connect(await listen(server))
    connection.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await expect.poll(() => connection.received()).toContain('101')
    const closing = server.close()
    await expect.poll(() => server.server.listening).toBe(false)
    connection.send('still there?')
    expect(await connection.closed).toContain('bye')
    await closing
  })
})
