// The server under test: the real command line as a child process, on a data folder that outlives its kills.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { clusterProcesses, signalAll } from '../../packages/server/src/embedded/cluster-processes.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { until } from '../model/until.ts'

const host = '127.0.0.1'
const serverMain = resolve(import.meta.dirname, '../../packages/server/src/main.ts')
const readyMark = 'Parley is ready'
const readyWithin = 60_000
const stopWithin = 30_000

export interface ServerProcess {
  readonly url: string
  readonly dataFolder: string
  /** Of the embedded PostgreSQL. */
  readonly clusterFolder: string
  /** SIGKILL. Resolves when the process is gone; its PostgreSQL lives on. */
  kill(): Promise<void>
  /** After `kill`: on the same folder and port. Resolves when it takes connections. */
  restart(): Promise<void>
  /** As an operator stops it. Resolves when it and its PostgreSQL are gone, in whatever way that had to be reached. */
  stop(): Promise<void>
}

export interface ServerOptions {
  /** Of a PostgreSQL to use in place of an embedded one. */
  readonly databaseUrl?: string
  /** Further configuration. */
  readonly variables?: NodeJS.ProcessEnv
  /** Files and sockets that it may have open; as many as this process if not given. */
  readonly openFiles?: number
}

/**
 * Starts a server that keeps everything in `folder` (absolute, without links), but for what another PostgreSQL has. Rejects when it
 * ends before it is ready, with what it said.
 */
export async function startServer(folder: string, options: ServerOptions = {}): Promise<ServerProcess> {
  const { databaseUrl, openFiles } = options
  const port = await freePort()
  const clusterFolder = join(folder, 'data', 'postgres')
  const variables = {
    ...ownVariables(folder, port),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...options.variables,
  }
  let child = await launch(folder, variables, openFiles)
  return {
    url: `http://${host}:${port}`,
    dataFolder: join(folder, 'data'),
    clusterFolder,
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    async restart() {
      child = await launch(folder, variables, openFiles)
    },
    async stop() {
      if (!hasEnded(child)) await end(child)
      signalAll(clusterProcesses(clusterFolder), 'SIGKILL')
      await until('no PostgreSQL is left', () => clusterProcesses(clusterFolder).length === 0)
    },
  }
}

async function launch(
  folder: string,
  variables: NodeJS.ProcessEnv,
  openFiles: number | undefined,
): Promise<ChildProcess> {
  const log = join(folder, 'server.log')
  const [program, args] = commandOf(openFiles)
  const child = spawn(program, args, {
    // Away from the checkout, whose .env is none of ours.
    cwd: folder,
    // A group of its own: Ctrl-C on the driver must let the driver stop it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...foreignVariables(), ...variables },
  })
  let complaint = ''
  child.stderr.on('data', (data: Buffer) => {
    complaint += data.toString()
    appendFileSync(log, data)
  })
  const { promise, resolve: isReady, reject } = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    appendFileSync(log, `${line}\n`)
    if (line.startsWith(readyMark)) isReady()
  })
  child.once('close', (code, signal) =>
    reject(new Error(`The server ended with ${code ?? signal}: ${complaint}`)),
  )
  const timer = setTimeout(
    () => reject(new Error(`The server is not ready in time; see ${log}`)),
    readyWithin,
  )
  try {
    await promise
    return child
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** A shell that becomes the server: limits are inherited. */
function commandOf(openFiles: number | undefined): [program: string, args: string[]] {
  const server = [process.execPath, serverMain, 'serve']
  if (openFiles === undefined) return [process.execPath, server.slice(1)]
  return ['/bin/sh', ['-c', `ulimit -n ${openFiles} && exec "$@"`, 'sh', ...server]]
}

const ownVariables = (folder: string, port: number): NodeJS.ProcessEnv => ({
  HOST: host,
  PORT: String(port),
  PARLEY_DATA_DIR: join(folder, 'data'),
  PARLEY_RATE_LIMITS: 'off',
  LOG_LEVEL: 'warn',
})

/** The environment without what would configure a server. */
const foreignVariables = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PARLEY_|LOG_LEVEL|DATABASE_URL$)/.test(name)),
  )

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithin)
  await exited
  clearTimeout(timer)
}
