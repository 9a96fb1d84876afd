// Socket.IO with rooms and an INSERT for every message, which is what most chats begin with.
import { resolve } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { relayRoom } from '../load/relay-codec.ts'
import { startPeerDatabase } from './peer-database.ts'
import { startPeerProcess } from './peer-process.ts'
import { createRoomNames } from './room-names.ts'

const server = resolve(import.meta.dirname, '../../peers/socketio-server.ts')

export const createSocketIo = (): Contestant => ({
  name: 'socketio',
  about:
    'Socket.IO with rooms; one INSERT with its own commit for every message, awaited before the message is sent to its room. ' +
    'No accounts, no read state, no resuming. Its inserts overtake each other: what arrives in another order than it is stored in ' +
    'is counted.',
  isSubject: false,
  async start(teardown) {
    const database = await startPeerDatabase(teardown)
    const env = { PEER_POSTGRES: JSON.stringify(database.connection) }
    const { pid, port, readySeconds } = await startPeerProcess(
      { program: process.execPath, args: [server], env },
      teardown,
    )
    return {
      codec: 'socketio',
      host: '127.0.0.1',
      port,
      readySeconds,
      processes: { server: pid, database: database.pid },
      ...createRoomNames(relayRoom),
    }
  },
})
