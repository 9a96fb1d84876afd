// How the process that reads pictures is started and ended: the port behind which that is, and a server that does it by itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { parse } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** Numbers of a person and group of the system who own nothing. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** A process from its start to its end. */
export interface PictureProcess {
  /** Undefined until it is known, and where it could not be started. */
  pid(): number | undefined
  readonly input: Writable
  /** Ends with the process. What comes first may be of another one that has ended. */
  readonly output: Readable
  /** What is known of why it could not start; perhaps nothing. */
  complaint(): string
  hasEnded(): boolean
  /** Resolves when it has ended, however, and when it could not be started. */
  readonly ended: Promise<void>
  /** At once, whatever it is doing. */
  kill(): void
  /** Whether somebody waits for what it does: only then it keeps this process alive. At first it does. */
  hold(held: boolean): void
}

/** Starts a process with these words on its command line. Never throws: what could not be started has ended. */
export type Launch = (words: readonly string[]) => PictureProcess

/** Megabytes of what the process needs for its own code; pictures are not in there. */
const scriptMemory = 64

const entry = fileURLToPath(new URL('./picture-process.ts', import.meta.url))

/** What runs it; the words follow. */
export const command: readonly string[] = [
  process.execPath,
  `--max-old-space-size=${scriptMemory}`,
  '--no-warnings',
  entry,
]

/** A folder that everybody can be in. */
export const workingFolder = parse(entry).root

/** Below whoever answers people. */
const priority = 10

/** Characters of a complaint. */
const maxComplaint = 2_000

/** As this process, or, where this one is root, with an identity that it takes on as soon as its libraries were loaded. */
export function launchDirectly(identity?: Identity): Launch {
  const numbers = identity === undefined ? [] : [identity.uid, identity.gid]
  return (words) => start([...words, ...numbers.map(String)])
}

function start(words: readonly string[]): PictureProcess {
  const [program = '', ...args] = [...command, ...words]
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: bareEnvironment(),
    cwd: workingFolder,
    windowsHide: true,
  })
  const [input, output, errors] = [asSocket(child.stdin), asSocket(child.stdout), asSocket(child.stderr)]
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  // What breaks is heard of by the end of the output.
  input.on('error', () => {})
  let complaint = ''
  errors.on('data', (text: Buffer) => {
    complaint = prolonged(complaint, text)
  })
  lowerPriority(child)
  return {
    pid: () => child.pid,
    input,
    output,
    complaint: () => complaint.trim(),
    hasEnded: () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null,
    ended,
    kill: () => void child.kill('SIGKILL'),
    hold(held) {
      for (const handle of [child, input, output, errors]) held ? handle.ref() : handle.unref()
    },
  }
}

/** A complaint with what came after it, as far as it is kept. */
export const prolonged = (complaint: string, text: Buffer | string): string =>
  (complaint + text.toString()).slice(0, maxComplaint)

/** Windows cannot start a program without its own folder. */
const bareEnvironment = (): NodeJS.ProcessEnv =>
  process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {}

/** What a pipe to a child is, which its type does not say. */
export function asSocket(pipe: unknown): Socket {
  if (pipe instanceof Socket) return pipe
  throw new Error('A process has pipes')
}

/** Threads and processes that it starts later inherit it. */
export function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    setPriority(pid, priority)
  } catch {
    // It has ended already, which is heard of otherwise.
  }
}
