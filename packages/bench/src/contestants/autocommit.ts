// One INSERT and commit for each message and nothing around it: what durability costs without gathering.
import { resolve } from 'node:path'
import type { Contestant } from '../contestant.ts'
import { relayRoom } from '../load/relay-codec.ts'
import { startPeerDatabase } from './peer-database.ts'
import { createRoomNames } from './room-names.ts'

const path = resolve(import.meta.dirname, '../../peers/autocommit-load.ts')

export const createAutocommit = (): Contestant => ({
  name: 'autocommit',
  about:
    'Not a messenger: 32 connections that insert one row after the other into the same PostgreSQL, each with its own commit. ' +
    'No server, no sockets, nothing is delivered.',
  isSubject: false,
  takesPartIn: (scenario) => scenario.name === 'durable',
  async start(teardown) {
    const database = await startPeerDatabase(teardown)
    return {
      codec: 'relay',
      host: '',
      port: 0,
      readySeconds: null,
      processes: { server: null, database: database.pid },
      ownLoad: { path, env: { PEER_POSTGRES: JSON.stringify(database.connection) } },
      ...createRoomNames(relayRoom),
    }
  },
})
