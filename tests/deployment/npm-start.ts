// `npm start` as somebody runs it who has Node and npm and nothing else: with no other program to be found.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { projectRoot } from './build-context.ts'

export interface Start {
  readonly url: string
  /** What it has written so far, to both outputs. */
  output(): string
  /** Asks npm to end, as a service manager does. */
  signal(): void
  /** Resolves with npm's exit code once nothing of what was started runs any more. */
  readonly ended: Promise<number | null>
  /** Resolves when the server says that it is ready; rejects when it ends before. */
  readonly ready: Promise<void>
}

/** The program's own file, since npm is found by a link. */
function programOnPath(name: string): string {
  const folder = (process.env.PATH ?? '').split(delimiter).find((one) => existsSync(join(one, name)))
  if (folder === undefined) throw new Error(`There is no ${name} on the PATH`)
  return realpathSync(join(folder, name))
}

/** A folder in which Node, npm and the shell that npm runs its scripts with are all that there is. */
function bareFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bare-'))
  for (const name of ['node', 'npm', 'sh']) symlinkSync(programOnPath(name), join(folder, name))
  return folder
}

/** The environment without what would configure a server, npm or Node. */
const foreignVariables = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(PARLEY_|LOG_LEVEL|npm_|NODE_|VITEST|DATABASE_URL$|PG[A-Z]+$)/.test(name),
    ),
  )

/** Starts it on a data folder (absolute), in the checkout. Whatever .env says there does not count. */
export async function npmStart(dataFolder: string): Promise<Start> {
  const port = await freePort()
  const programs = bareFolder()
  mkdirSync(dataFolder, { recursive: true })
  const child: ChildProcess = spawn('npm', ['start'], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...foreignVariables(),
      PATH: programs,
      HOST: '127.0.0.1',
      PORT: String(port),
      PARLEY_DATA_DIR: dataFolder,
      PARLEY_FILES_URL: '',
      PARLEY_DIALECT_PORTS: '',
      PARLEY_PUBLIC_URL: '',
      DATABASE_URL: '',
      LOG_LEVEL: 'warn',
    },
  })
  let output = ''
  const { promise: ready, resolve: isReady, reject } = Promise.withResolvers<void>()
  const note = (data: Buffer): void => {
    output += data
    if (output.includes('Parley is ready')) isReady()
  }
  child.stdout?.on('data', note)
  child.stderr?.on('data', note)
  // The outputs are closed once the last process that has them is gone, which is not npm.
  const ended = once(child, 'close').then(([code]) => {
    rmSync(programs, { recursive: true })
    reject(new Error(`It ended: ${output}`))
    return code as number | null
  })
  ready.catch(() => {})
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    signal: () => child.kill('SIGTERM'),
    ended,
    ready,
  }
}
