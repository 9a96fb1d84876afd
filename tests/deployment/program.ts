// What tests start of the real program, and stop when they end.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { clusterProcesses, signalAll } from '../../packages/server/src/embedded/cluster-processes.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { projectRoot } from './build-context.ts'
import { mainOf, type Program, type Surroundings, startProgram } from './command.ts'

export interface Server extends Program {
  readonly url: string
  readonly port: number
  stop(): Promise<number | null>
}

/** Removed when the test ends, with whatever PostgreSQL still runs in it. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-program-')))
  onTestFinished(() => {
    signalAll(clusterProcesses(join(folder, 'postgres')), 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return folder
}

/** What of the project a server needs, in that folder; what was installed stays where it is. Gives the program's path. */
export function copyCheckout(folder: string): string {
  mkdirSync(join(folder, 'packages'), { recursive: true })
  for (const name of ['package.json', 'packages/server', 'packages/client', 'packages/protocol']) {
    cpSync(join(projectRoot, name), join(folder, name), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    })
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(folder, 'node_modules'))
  return mainOf(folder)
}

/** A server on that data folder and a free port of this machine, once it is ready. Stopped when the test ends. */
export async function startServer(
  dataDir: string,
  environment: Record<string, string> = {},
  surroundings: Surroundings = {},
): Promise<Server> {
  const port = await freePort()
  const variables = {
    HOST: '127.0.0.1',
    PORT: String(port),
    PARLEY_DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    ...environment,
  }
  const program = startProgram(['serve'], variables, surroundings)
  const stop = () => {
    program.child.kill('SIGTERM')
    return program.ended
  }
  onTestFinished(async () => void (await stop()))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  program.child.stdout?.on('data', () => program.output().includes('Parley is ready') && resolve())
  void program.ended.then((code) => reject(new Error(`It ended with ${code}: ${program.output()}`)))
  await promise
  return { ...program, port, url: `http://127.0.0.1:${port}`, stop }
}
