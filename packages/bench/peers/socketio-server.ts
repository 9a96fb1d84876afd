// A chat as one would write it with Socket.IO: rooms, and every message inserted into PostgreSQL before it is sent to its room.
// PEER_POSTGRES holds the connection as JSON. Says on stdout where it listens.
import { createServer } from 'node:http'
import pg from 'pg'
import { Server } from 'socket.io'
import { createTable, insertMessage } from './messages-table.ts'

interface Draft {
  readonly room: string
  readonly text: string
}

/** Half or twice as many bring no more messages per second on two cores. */
const connections = 16

async function startServer(connection: pg.PoolConfig): Promise<void> {
  const pool = new pg.Pool({ ...connection, max: connections })
  await pool.query(createTable)
  const server = createServer()
  const io = new Server(server, { transports: ['websocket'], serveClient: false })

  io.on('connection', (socket) => {
    socket.on('join', async (rooms: string[], done: () => void) => {
      await socket.join(rooms)
      done()
    })
    socket.on('message', async ({ room, text }: Draft, done: (answer: object) => void) => {
      if (!socket.rooms.has(room)) return done({ error: 'not a member' })
      const { rows } = await pool.query(insertMessage(room, socket.id, text))
      const { id, created_at } = rows[0]
      // The driver gives 64-bit numbers as text.
      const message = { id: Number(id), room, sender: socket.id, text, created_at }
      io.to(room).emit('message', message)
      done({ id: message.id })
    })
  })

  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') console.log(`listening ${address.port}`)
  })
}

await startServer(JSON.parse(process.env.PEER_POSTGRES ?? '{}'))
