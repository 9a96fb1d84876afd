// The Parley server under test: started as a child process on a data folder of its own, stopped and removed afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessRoots } from './process-cpu.ts'
import type { Teardown } from './teardown.ts'

export interface ServerProcess {
  readonly port: number
  readonly processes: ProcessRoots
  readonly readySeconds: number
}

export const serverHost = '127.0.0.1'

const serverMain = resolve(import.meta.dirname, '../../server/src/main.ts')
const readyTimeoutMs = 60_000
const stopTimeoutMs = 30_000

/**
 * Starts the server; the teardown stops it and removes its data. `profileFolder` gets a V8 CPU profile when it ends. Rejects with
 * the end of its log if it does not come up.
 */
export async function startServerProcess(
  teardown: Teardown,
  profileFolder: string | null,
): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'))
  // The embedded database may run under another uid, which must reach its folder.
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  await chmod(folder, 0o755)
  const dataFolder = join(folder, 'data')
  const logPath = join(folder, 'server.log')
  const port = await freePort()
  const begin = performance.now()
  const child = spawnServer(port, dataFolder, logPath, profileFolder)
  teardown.add(() => stopChild(child, findPostmaster(dataFolder)))
  try {
    await untilReady(child, port)
    const readySeconds = (performance.now() - begin) / 1000
    const processes = { server: child.pid ?? null, database: findPostmaster(dataFolder) }
    return { port, processes, readySeconds }
  } catch (error) {
    const log = readFileSync(logPath, 'utf8').slice(-4000)
    throw new Error(`${error instanceof Error ? error.message : error}; its log ends:\n${log}`, {
      cause: error,
    })
  }
}

function spawnServer(
  port: number,
  dataFolder: string,
  logPath: string,
  profileFolder: string | null,
): ChildProcess {
  const profile = profileFolder === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${resolve(profileFolder)}`]
  const log = openSync(logPath, 'a')
  try {
    return spawn(process.execPath, [...profile, serverMain, 'serve'], {
      stdio: ['ignore', log, log],
      // A group of its own: Ctrl-C on the bench must let the bench stop it in order.
      detached: true,
      env: {
        ...process.env,
        HOST: serverHost,
        PORT: String(port),
        PARLEY_DATA_DIR: dataFolder,
        PARLEY_RATE_LIMITS: 'off',
        LOG_LEVEL: 'warn',
      },
    })
  } finally {
    closeSync(log)
  }
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs
  while (performance.now() < deadline) {
    if (hasEnded(child)) throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}`)
    if (await isReady(port)) return
    await sleep(25)
  }
  throw new Error('The server was not ready in time')
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
  // A server that had to be killed leaves its database behind. SIGINT is PostgreSQL's fast shutdown.
  if (postmaster === null || !isAlive(postmaster)) return
  process.kill(postmaster, 'SIGINT')
  const deadline = performance.now() + stopTimeoutMs
  while (isAlive(postmaster) && performance.now() < deadline) await sleep(50)
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** PostgreSQL writes the postmaster's pid into the first line of a file in its folder and removes it when it ends. */
function findPostmaster(folder: string, depth = 3): number | null {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.name === 'postmaster.pid') return Number.parseInt(readFileSync(path, 'utf8'), 10)
      const found = entry.isDirectory() && depth > 0 ? findPostmaster(path, depth - 1) : null
      if (found !== null) return found
    }
  } catch {
    // The folder is not there yet, or not any more.
  }
  return null
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, serverHost)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port')
  return address.port
}
