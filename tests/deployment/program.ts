// The real program as a process of its own, in a folder of its own, so that no `.env` is read but one that the test gives it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { clusterProcesses, signalAll } from '../../packages/server/src/embedded/cluster-processes.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { projectRoot } from './build-context.ts'

interface Program {
  readonly child: ChildProcess
  /** What it has written so far, to both outputs. */
  output(): string
  readonly ended: Promise<number | null>
}

export interface Server extends Program {
  readonly url: string
  readonly port: number
  stop(): Promise<number | null>
}

interface Surroundings {
  readonly identity?: { readonly uid: number; readonly gid: number }
  readonly main?: string
  /** Node, if not the one of the tests. */
  readonly node?: string
  readonly input?: string
  /** The text of the `.env` in its folder; without it there is none. */
  readonly envFile?: string
}

const mainOf = (root: string) => join(root, 'packages/server/src/main.ts')

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

/** With these variables and no others but PATH. */
export function startProgram(
  args: readonly string[],
  environment: Record<string, string>,
  { identity, main = mainOf(projectRoot), node = process.execPath, input, envFile }: Surroundings = {},
): Program {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'parley-cwd-')))
  if (envFile !== undefined) writeFileSync(join(cwd, '.env'), envFile)
  const child = spawn(node, [main, ...args], {
    cwd: identity === undefined ? cwd : '/',
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...identity,
  })
  child.stdin?.end(input)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => {
    rmSync(cwd, { recursive: true, force: true })
    return code as number | null
  })
  return { child, output: () => output, ended }
}

/** Runs it to its end. */
export async function runProgram(
  args: readonly string[],
  environment: Record<string, string>,
  surroundings: Surroundings = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = startProgram(args, environment, surroundings)
  const code = await program.ended
  return { code, output: program.output() }
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
