// Parley itself as a contestant: a server of this working copy with its embedded database, or one that runs already.
import type { Contestant } from '../contestant.ts'
import type { Progress } from '../progress.ts'
import type { RunningContestant } from '../running-contestant.ts'
import { type ServerProcess, serverHost, startServerProcess } from '../server-process.ts'
import { createSetup } from '../setup.ts'

/** Starts a server of its own. `profileFolder` gets the server's CPU profile. */
export const createParley = (progress: Progress, profileFolder: string | null): Contestant => ({
  name: 'parley',
  about: 'This working copy, with its embedded database.',
  isSubject: true,
  start: async (teardown) => createParleyOn(await startServerProcess(teardown, { profileFolder }), progress),
})

/** Writes to every socket at once, also in large and busy rooms: what the write interval is worth shows beside it. */
export const createUnpacedParley = (progress: Progress): Contestant => ({
  name: 'parley-unpaced',
  about: 'The same with PARLEY_WRITE_INTERVAL=0: no write waits for others, however large and busy the room.',
  isSubject: true,
  takesPartIn: (scenario) => scenario.name.startsWith('1x'),
  start: async (teardown) => {
    const environment = { PARLEY_WRITE_INTERVAL: '0' }
    return createParleyOn(await startServerProcess(teardown, { environment }), progress)
  },
})

/** What the optimisations of a server are worth together, and what the plain ways that stand beside them cost. */
export const createPlainParley = (progress: Progress): Contestant => ({
  name: 'parley-plain',
  about: 'The same with PARLEY_TUNING=none: without what exists for speed alone and can be left out.',
  isSubject: true,
  takesPartIn: (scenario) => /^\d+x\d+$/.test(scenario.name),
  start: async (teardown) => {
    const environment = { PARLEY_TUNING: 'none' }
    return createParleyOn(await startServerProcess(teardown, { environment }), progress)
  },
})

/** A server of the bench as a contestant. */
export const createParleyOn = (server: ServerProcess, progress: Progress): RunningContestant => ({
  codec: 'parley',
  host: serverHost,
  port: server.port,
  readySeconds: server.readySeconds,
  processes: server.processes,
  ...createSetup(server.origin, progress),
})

/** Uses a running server whose rate limits are off. Its accounts stay behind, and its CPU is not seen. */
export const createRunningParley = (progress: Progress, url: URL): Contestant => ({
  name: url.host,
  about: 'A running server.',
  isSubject: true,
  async start() {
    return {
      codec: 'parley',
      host: url.hostname,
      port: Number(url.port || 80),
      readySeconds: null,
      processes: { server: null, database: null },
      ...createSetup(url.origin, progress),
    }
  },
})
