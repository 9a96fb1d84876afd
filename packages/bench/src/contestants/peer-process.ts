// A peer's server as a child process, which says on its standard output where it listens.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Teardown } from '../teardown.ts'

export interface PeerProcess {
  readonly pid: number
  readonly port: number
  readonly readySeconds: number
}

export interface PeerCommand {
  readonly program: string
  readonly args: readonly string[]
  /** Beside the environment of the bench. */
  readonly env?: Readonly<Record<string, string>>
}

const keptStderr = 4000

/** Resolves when the process has written `listening <port>`; rejects with the end of its stderr if it ends before. */
export async function startPeerProcess(
  { program, args, env }: PeerCommand,
  teardown: Teardown,
): Promise<PeerProcess> {
  const begin = performance.now()
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C on the bench must let the bench stop it in order.
    detached: true,
    env: { ...process.env, ...env },
  })
  teardown.add(() => endProcess(child))
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk).slice(-keptStderr)
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${program} ended with ${code ?? signal}: ${stderr}`)
  })
  // Nobody listens any more once it is ready; the load notices its end.
  ended.catch(() => {})
  const port = await Promise.race([portIn(child), ended])
  return { pid: child.pid ?? 0, port, readySeconds: (performance.now() - begin) / 1000 }
}

function portIn(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    if (child.stdout === null) return
    createInterface(child.stdout).on('line', (line) => {
      const [, port] = /^listening (\d+)$/.exec(line) ?? []
      if (port !== undefined) resolve(Number(port))
    })
  })
}

/** A peer has nothing to lose: it is killed. */
async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
