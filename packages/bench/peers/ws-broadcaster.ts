// A bare broadcaster with `ws`: rooms, a number for each message, one send per member. No database, no accounts.
// Its wire is the one of src/load/relay-codec.ts. Says on stdout where it listens.
import { type WebSocket, WebSocketServer } from 'ws'

interface Room {
  readonly members: Set<WebSocket>
  lastSeq: number
}

const roomEnd = 7
const seqEnd = 17
const join = 0x4a

function startBroadcaster(): void {
  const rooms = new Map<string, Room>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })

  const roomOf = (name: string): Room => {
    const known = rooms.get(name)
    if (known !== undefined) return known
    const room = { members: new Set<WebSocket>(), lastSeq: 0 }
    rooms.set(name, room)
    return room
  }

  server.on('connection', (socket) => {
    const joined: Room[] = []
    socket.on('message', (data: Buffer) => {
      const name = data.toString('latin1', 1, roomEnd)
      const room = roomOf(name)
      if (data[0] === join) {
        room.members.add(socket)
        joined.push(room)
        socket.send(`J${name}${digits(room.lastSeq)}`)
        return
      }
      room.lastSeq += 1
      data.write(digits(room.lastSeq), roomEnd, 'latin1')
      for (const member of room.members) member.send(data, { binary: false })
    })
    socket.on('close', () => {
      for (const room of joined) room.members.delete(socket)
    })
    socket.on('error', () => socket.terminate())
  })

  server.on('listening', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') console.log(`listening ${address.port}`)
  })
}

const digits = (seq: number): string => String(seq).padStart(seqEnd - roomEnd, '0')

startBroadcaster()
