// A server of its own for each place at which the contract is, with a client of the program and three people.
import { startTestServer, type TestServer } from '../../../../test/harness.ts'
import { ProgramClient, type ProgramPerson } from './program-client.ts'

const name = 'chat-backend'

export const places = ['below the prefix', 'on its own port'] as const

export interface ProgramStage {
  readonly server: TestServer
  readonly client: ProgramClient
  readonly ann: ProgramPerson
  readonly ben: ProgramPerson
  readonly eve: ProgramPerson
}

/** Whoever opens it stops its server. */
export async function openStage(place: (typeof places)[number]): Promise<ProgramStage> {
  const server = await startTestServer({
    dialects: { enabled: [name], ports: { [name]: 0 } },
    http: { ownMachineOrigins: ['http://localhost:3000', 'http://127.0.0.1:3000'] },
  })
  const client = new ProgramClient(
    place === 'on its own port'
      ? `http://127.0.0.1:${server.app.dialectPorts[name]}`
      : `${server.url}/compat/${name}`,
  )
  return {
    server,
    client,
    ann: await client.arrive('Ann'),
    ben: await client.arrive('Ben'),
    eve: await client.arrive('Eve'),
  }
}
