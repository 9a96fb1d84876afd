// Runs the command of an image that was built without Docker, asks its health check, and stops it with its signal.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import type { Image } from './image.ts'

export interface Container {
  readonly url: string
  /** Another command in the same place. Rejects when it fails. */
  exec(command: readonly string[]): Promise<string>
  /** The exit code of the health check: 0 is healthy. */
  checkHealth(): Promise<number>
  /** Resolves when the health check says so. Rejects when the server ends first or takes longer than the deadline. */
  healthy(): Promise<void>
  /** Sends the image's stop signal; resolves with how the server ended. */
  stop(): Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** What the server has printed so far. */
  output(): string
}

/** In milliseconds. */
const deadline = 30_000

/** Nothing of this process's environment gets in, except where its programs are. */
export async function startContainer(image: Image, environment: Record<string, string>): Promise<Container> {
  const port = await freePort()
  const cwd = join(image.root, image.workdir)
  const own = Object.entries(image.env).map(([name, value]) => [
    name,
    value.startsWith('/') ? join(image.root, value) : value,
  ])
  const env = { PATH: process.env.PATH ?? '', ...Object.fromEntries(own), ...environment, PORT: String(port) }
  const start = ([program = '', ...args]: readonly string[]) =>
    spawn(program === 'node' ? process.execPath : program, args, { cwd, env })
  const exec = async ([, ...args]: readonly string[]) =>
    (await promisify(execFile)(process.execPath, args, { cwd, env })).stdout

  const server = start(image.command)
  const ended = once(server, 'exit')
  const output = collect(server)
  const checkHealth = async () => Number((await once(start(image.healthCheck), 'exit'))[0])
  return {
    url: `http://127.0.0.1:${port}`,
    exec,
    checkHealth,
    output,
    async healthy() {
      const end = performance.now() + deadline
      while ((await checkHealth()) !== 0) {
        if (server.exitCode !== null || performance.now() > end) {
          throw new Error(`The server did not become healthy:\n${output()}`)
        }
      }
    },
    async stop() {
      server.kill(image.stopSignal as NodeJS.Signals)
      const [code, signal] = await ended
      return { code, signal }
    },
  }
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return () => text
}
