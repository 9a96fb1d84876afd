// How many connections there may be: whose goes first, and whose stays.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Connections, type ConnectionsPorts, changesPerSecond } from './connections.ts'

const [hostile, innocent] = ['127.0.0.2', '127.0.0.3']

async function start(ports: Partial<ConnectionsPorts> = {}) {
  let time = 0
  const sockets = new Set<unknown>()
  const connections = new Connections({
    max: 8,
    perAddress: 8,
    isProxy: () => false,
    countedAs: (address) => address,
    addressOf: (request) => String(request.headers['x-of']),
    isSomebodys: (socket) => sockets.has(socket),
    now: () => {
      time += 1
      return time
    },
    ...ports,
  })
  const held: ServerResponse[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.headers['x-of'] !== undefined) connections.belongsToSomebody(request.socket)
    if (request.url === '/held') held.push(response)
    else if (request.url === '/body') request.resume().on('end', () => response.end('all'))
    else response.end('here')
  })
  server.on('upgrade', (request, socket) => {
    if (request.url === '/somebody') sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  connections.watch(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const open: Socket[] = []
  onTestFinished(() => {
    connections.close()
    for (const socket of open) socket.destroy()
    server.close()
  })
  /** Open for the server too. */
  const come = async (localAddress = hostile): Promise<Socket> => {
    const before = connections.size
    const socket = connect({ port, host: '127.0.0.1', localAddress })
    socket.on('error', () => {})
    socket.resume()
    open.push(socket)
    await once(socket, 'connect')
    await expect.poll(() => connections.size === before + 1 || open.some(isGone)).toBe(true)
    return socket
  }
  const ask = async (socket: Socket, path: string, headers: Record<string, string> = {}): Promise<string> => {
    const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    const answer = once(socket, 'data')
    socket.write(`${path.startsWith('/body') ? 'POST' : 'GET'} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    return String((await answer)[0])
  }
  const upgrade = (socket: Socket, path: string, headers = {}) =>
    ask(socket, path, { connection: 'upgrade', upgrade: 'websocket', ...headers })
  return { connections, held, come, ask, upgrade }
}

const isGone = (socket: Socket) => socket.closed || socket.destroyed
const many = async (count: number, make: () => Promise<Socket>): Promise<Socket[]> => {
  const sockets: Socket[] = []
  while (sockets.length < count) sockets.push(await make())
  return sockets
}
const mustGo = (socket: Socket) => expect.poll(() => isGone(socket)).toBe(true)

test('L8: when there is no place, an unused connection goes, of the address that has most', async () => {
  const { connections, come, ask } = await start()
  const other = await come(innocent)
  const idle = await many(7, () => come())
  const late = await come(innocent)
  await mustGo(idle[0] as Socket)
  expect(await ask(late, '/')).toContain('200 OK')
  expect(await ask(other, '/')).toContain('200 OK')
  expect(connections.size).toBe(8)
})

test('L8: of one address there are so many on which nobody has said who it is', async () => {
  const { connections, come, ask } = await start({ max: 100, perAddress: 3 })
  const known = await many(4, async () => {
    const socket = await come()
    await ask(socket, '/', { 'x-of': 'somebody' })
    return socket
  })
  const unknown = await many(5, () => come())
  for (const socket of unknown.slice(0, 2)) await mustGo(socket)
  expect(await ask(unknown[4] as Socket, '/')).toContain('200 OK')
  for (const socket of known) expect(isGone(socket)).toBe(false)
  expect(connections.size).toBe(7)
})

test('L8: an address that comes back as fast as it can is let in so often a second, and no oftener', async () => {
  let time = 0
  const { connections, come } = await start({ max: 100, perAddress: 3, now: () => time })
  await many(3, () => come())
  const changing = await many(changesPerSecond, () => come())
  const refused = await come()
  refused.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const answers = vi.fn()
  refused.on('data', answers)
  // Those that came last stay.
  expect(isGone(changing.at(-1) as Socket)).toBe(false)
  await come(innocent)
  expect(connections.size).toBe(4)
  connections.sweep()
  expect(isGone(refused)).toBe(false)
  connections.sweep()
  await mustGo(refused)
  expect(answers).not.toHaveBeenCalled()
  time = 1_000
  const later = await come()
  await mustGo(changing.at(-3) as Socket)
  expect(isGone(later)).toBe(false)
})

test('L8: who is not let in waits for its end while there is place, and says nothing meanwhile', async () => {
  const { connections, come, ask } = await start({ max: 6, perAddress: 2, now: () => 0 })
  const changing = await many(2 + changesPerSecond, () => come())
  const refused = await many(6, () => come())
  // Two have a place, four wait, and there is no place to wait for the others.
  await expect.poll(() => refused.filter(isGone)).toHaveLength(2)
  expect(refused.slice(0, 4).some(isGone)).toBe(false)
  // Others do not miss the places in which somebody waits.
  const others = await many(2, () => come(innocent))
  await mustGo(refused[0] as Socket)
  await mustGo(refused[1] as Socket)
  expect(await ask(others[0] as Socket, '/')).toContain('200 OK')
  expect(isGone(changing.at(-1) as Socket)).toBe(false)
  connections.sweep()
  expect(isGone(refused[2] as Socket)).toBe(false)
  connections.sweep()
  await mustGo(refused[2] as Socket)
  await mustGo(refused[3] as Socket)
  expect(connections.size).toBe(4)
})

test('L8: a connection whose request will be refused goes before others', async () => {
  const refused: boolean[] = []
  const { connections, held, come, ask } = await start({ max: 3 })
  const [first, second] = await many(2, () => come())
  if (first === undefined || second === undefined) throw new Error('two came')
  void ask(first, '/held').catch(() => {})
  void ask(second, '/held').catch(() => {})
  await expect.poll(() => held).toHaveLength(2)
  const socket = held.find(({ req }) => req.socket.remotePort === second.localPort)?.req.socket
  if (socket === undefined) throw new Error('the second is held')
  refused.push(connections.refuse(socket), connections.refuse(socket))
  expect(refused).toEqual([true, false])
  await come(innocent)
  await come(innocent)
  await mustGo(second)
  expect(isGone(first)).toBe(false)
})

test('L8: what is not let in is not prepared for a request', async () => {
  const { connections, held, come, ask } = await start({ max: 1 })
  void ask(await come(), '/held').catch(() => {})
  await expect.poll(() => held).toHaveLength(1)
  const prepared = vi.fn()
  const server = createServer()
  server.on('connection', prepared)
  connections.watch(server)
  const stranger = new Socket()
  server.emit('connection', stranger)
  expect([stranger.destroyed, prepared.mock.calls.length]).toEqual([true, 0])
})

test('L8: a proxy speaks for many: its connections are not bounded by its address', async () => {
  const { connections, come } = await start({ max: 100, perAddress: 3, isProxy: () => true })
  await many(10, () => come())
  expect(connections.size).toBe(10)
})

test('L8: behind a proxy a WebSocket is of the address that it was forwarded for', async () => {
  const { connections, come, upgrade } = await start({ max: 6, perAddress: 100, isProxy: () => true })
  const sockets = await many(6, async () => {
    const socket = await come()
    await upgrade(socket, '/nobody', { 'x-of': connections.size === 1 ? 'one' : 'many' })
    return socket
  })
  await come()
  await mustGo(sockets[1] as Socket)
  expect(isGone(sockets[0] as Socket)).toBe(false)
})

test('L8: what is in hand, and a WebSocket of somebody, is not given up for others', async () => {
  const { connections, held, come, ask, upgrade } = await start({ max: 3 })
  const [asking, known, nobody] = await many(3, () => come())
  if (asking === undefined || known === undefined || nobody === undefined) throw new Error('three came')
  const answer = ask(asking, '/held')
  await expect.poll(() => held).toHaveLength(1)
  expect(await upgrade(known, '/somebody')).toContain('101')
  expect(await upgrade(nobody, '/nobody')).toContain('101')
  const late = await come(innocent)
  await mustGo(nobody)
  await upgrade(late, '/somebody')
  // Nothing is left to give up: the newcomer goes.
  await mustGo(await come(innocent))
  held[0]?.end('late')
  expect(await answer).toContain('late')
  expect(connections.size).toBe(3)
})

test('L8: a body that does not move on loses its connection, soon when connections are short', async () => {
  const { connections, come, ask } = await start({ max: 4 })
  const upload = await come()
  void ask(upload, '/body', { 'content-length': '100000' }).catch(() => {})
  await expect.poll(() => upload.bytesWritten).toBeGreaterThan(0)
  await ask(await come(), '/')
  for (let count = 0; count < 5; count += 1) connections.sweep()
  expect(isGone(upload)).toBe(false)
  await many(2, () => come())
  for (let count = 0; count < 2; count += 1) connections.sweep()
  await mustGo(upload)
})

test('L8: a body that moves on stays', async () => {
  const { connections, come, ask } = await start({ max: 1 })
  const upload = await come()
  const answer = ask(upload, '/body', { 'content-length': '20000' })
  for (let count = 0; count < 20; count += 1) {
    const before = upload.bytesWritten
    upload.write('x'.repeat(1_000))
    await expect.poll(() => upload.bytesWritten).toBeGreaterThan(before)
    await new Promise((resolve) => setImmediate(resolve))
    if (count % 2 === 1) connections.sweep()
  }
  expect(await answer).toContain('all')
})
