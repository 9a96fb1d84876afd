// A Parley server of this working copy in a process and a temporary folder of its own, with its embedded database.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../server/src/embedded/free-port.ts'
import type { ProcessRoots } from './process-cpu.ts'
import type { Teardown } from './teardown.ts'

export interface ServerProcess {
  readonly port: number
  readonly origin: string
  readonly dataFolder: string
  /** Of the present process. */
  readonly processes: ProcessRoots
  /** From the first start to the first good answer. */
  readonly readySeconds: number
  /** SIGKILL; its database lives on. */
  kill(): Promise<void>
  /** As an operator stops it, its database too. */
  stop(): Promise<void>
  /** After `kill` or `stop`: on the same folder and port. Resolves with the seconds until it was ready. */
  restart(): Promise<number>
}

export interface ServerOptions {
  /** Gets the server's CPU profile when it ends. */
  readonly profileFolder?: string | null
  /** In addition to what every server of the bench gets. */
  readonly environment?: Readonly<Record<string, string>>
  /** A program with its arguments that runs the rest of its command line in its own place. */
  readonly launcher?: readonly string[]
  /** What serves, run in the project's folder; the working copy's server with this Node unless given. */
  readonly command?: readonly string[]
}

export const serverHost = '127.0.0.1'

const projectRoot = resolve(import.meta.dirname, '../../..')
const serverMain = join(projectRoot, 'packages/server/src/main.ts')
const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000
const handedOnTimeoutMs = 10_000
const pollMs = 10

/** Starts the server; the teardown stops it and removes its data. Rejects with the end of its log if it does not come up. */
export async function startServerProcess(
  teardown: Teardown,
  options: ServerOptions = {},
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  // The embedded database may run under another uid, which must reach its folder.
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const place: Place = {
    port: await freePort(),
    dataFolder: join(folder, 'data'),
    logPath: join(folder, 'server.log'),
  }
  let child: ChildProcess | null = null
  teardown.add(async () => {
    if (child !== null) await stopChild(child, findPostmaster(place.dataFolder))
  })
  const start = async (): Promise<number> => {
    const begin = performance.now()
    child = spawnServer(place, options)
    await untilReady(child, place)
    return (performance.now() - begin) / 1000
  }
  const readySeconds = await start()
  return {
    port: place.port,
    origin: `http://${serverHost}:${place.port}`,
    dataFolder: place.dataFolder,
    readySeconds,
    get processes() {
      return { server: child?.pid ?? null, database: findPostmaster(place.dataFolder) }
    },
    async kill() {
      if (child === null || hasEnded(child)) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    async stop() {
      if (child !== null) await stopChild(child, findPostmaster(place.dataFolder))
    },
    restart: start,
  }
}

interface Place {
  readonly port: number
  readonly dataFolder: string
  readonly logPath: string
}

function spawnServer({ port, dataFolder, logPath }: Place, options: ServerOptions): ChildProcess {
  const { profileFolder = null, environment = {}, launcher = [] } = options
  const profile = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profileFolder)}`]
  const command = options.command ?? [process.execPath, ...profile, serverMain, 'serve']
  const [program = '', ...args] = [...launcher, ...command]
  const log = openSync(logPath, 'a')
  try {
    return spawn(program, args, {
      stdio: ['ignore', log, log],
      // Away from the working copy if that may be, whose .env is none of ours.
      cwd: options.command === undefined ? dirname(logPath) : projectRoot,
      // A group of its own: Ctrl-C on the bench must let the bench stop it in order.
      detached: true,
      env: {
        ...foreignVariables(),
        HOST: serverHost,
        PORT: String(port),
        PARLEY_DATA_DIR: dataFolder,
        PARLEY_RATE_LIMITS: 'off',
        LOG_LEVEL: 'warn',
        // As `npm start` and the image have it.
        MALLOC_ARENA_MAX: '2',
        ...environment,
      },
    })
  } finally {
    closeSync(log)
  }
}

/** The environment without what would configure a server. */
const foreignVariables = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PARLEY_|LOG_LEVEL|DATABASE_URL$)/.test(name)),
  )

/** Resolves at the first good answer of /readyz. */
async function untilReady(child: ChildProcess, { port, logPath }: Place): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  while (!(await isReady(port))) {
    const reason = hasEnded(child)
      ? `The server ended with ${child.exitCode ?? child.signalCode}`
      : performance.now() > deadline
        ? 'The server was not ready in time'
        : null
    if (reason !== null) {
      throw new Error(`${reason}; its log ends:\n${readFileSync(logPath, 'utf8').slice(-4000)}`)
    }
    await sleep(pollMs)
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${serverHost}:${port}/readyz`)
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

async function stopChild(child: ChildProcess, postmaster: number | null): Promise<void> {
  if (!hasEnded(child)) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await exited
    clearTimeout(timer)
  }
  if (postmaster === null) return
  // Whoever was asked to end may have handed that on, as npm does to its script; whoever was killed leaves the database behind.
  if (child.signalCode !== 'SIGKILL') await untilEnded(postmaster, handedOnTimeoutMs)
  if (!isAlive(postmaster)) return
  // PostgreSQL's fast shutdown.
  process.kill(postmaster, 'SIGINT')
  await untilEnded(postmaster, stopTimeoutMs)
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function untilEnded(pid: number, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (isAlive(pid) && performance.now() < deadline) await sleep(pollMs)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** PostgreSQL writes the postmaster's pid into the first line of a file in its folder and removes it when it ends. */
function findPostmaster(dataFolder: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8'), 10)
  } catch {
    // There is none, or none any more.
    return null
  }
}
