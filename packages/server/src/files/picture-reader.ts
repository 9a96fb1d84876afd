// The process that reads pictures, from outside: started with the first picture, ended when it is idle, ended and started again when a
// picture takes too long or breaks it. It inherits nothing: no environment, no descriptors, and where there is one, an identity of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { setPriority } from 'node:os'
import { parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpenedContent } from '../core/files/file-store.ts'
import {
  type PictureResult,
  type PictureTask,
  type PipeReader,
  readAnswer,
  readPipe,
  ready,
  requestOf,
} from './picture-frames.ts'

/** Numbers of a person and group of the system who own nothing. */
export interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface ReaderOptions {
  /** Milliseconds for one picture, from its first byte to its result. */
  readonly patience: number
  /** Milliseconds without a picture after which the process is ended. */
  readonly idle: number
  /** Bytes of memory that the process may take in all. */
  readonly memory: number
  /** Whom the process is to run as. Only a server that runs as root can give one. */
  readonly identity?: Identity | undefined
}

export interface PictureReader {
  /**
   * One at a time. Null for what is no picture, takes too long or too much memory, or breaks the process. Rejects when the picture
   * cannot be opened or fetched, when the process cannot be started, and when the reader is closed meanwhile: then nothing is known
   * of the picture.
   */
  read(task: PictureTask, open: () => Promise<OpenedContent>): Promise<PictureResult | null>
  /** The process that runs, if one does. */
  pid(): number | undefined
  /** Ends the process; nothing is read any more. */
  close(): void
}

const entry = fileURLToPath(new URL('./picture-process.ts', import.meta.url))

/** Milliseconds until the process must be ready. */
const startPatience = 30_000

/** Megabytes of what the process needs for its own code; pictures are not in there. */
const scriptMemory = 64

/** Below whoever answers people. */
const priority = 10

/** Of what a process says before it is ready: why it cannot start. */
const maxComplaint = 2_000

/** In place of an answer. */
const broken = Symbol('broken')

/** What ends a picture that nobody takes any more. */
const givenUp = new Error('The picture is not taken any more')

interface Running {
  readonly child: ChildProcess
  readonly output: PipeReader
  readonly input: Socket
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>
  /** Whether somebody waits for what it does: only then it keeps this process alive. */
  hold(held: boolean): void
}

type State =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly process: Running; readonly idleTimer: NodeJS.Timeout | null }
  | { readonly kind: 'closed' }

export function createPictureReader(options: ReaderOptions): PictureReader {
  let state: State = { kind: 'none' }

  const stop = (next: 'none' | 'closed'): void => {
    const was = state
    if (was.kind === 'closed') return
    state = { kind: next }
    if (was.kind !== 'running') return
    if (was.idleTimer !== null) clearTimeout(was.idleTimer)
    kill(was.process)
  }

  /** A process that waits for a picture. */
  const take = async (): Promise<Running> => {
    if (state.kind === 'closed') throw new Error('Pictures are not read any more')
    if (
      state.kind === 'running' &&
      state.process.child.exitCode === null &&
      state.process.child.signalCode === null
    ) {
      if (state.idleTimer !== null) clearTimeout(state.idleTimer)
      state = { ...state, idleTimer: null }
      state.process.hold(true)
      return state.process
    }
    const process = start(options)
    state = { kind: 'running', process, idleTimer: null }
    try {
      await untilReady(process)
      return process
    } catch (error) {
      if (!isClosed()) stop('none')
      throw error
    }
  }

  const isClosed = (): boolean => state.kind === 'closed'

  const rest = (process: Running): void => {
    if (state.kind !== 'running' || state.process !== process) return
    process.hold(false)
    state = { ...state, idleTimer: setTimeout(() => stop('none'), options.idle).unref() }
  }

  return {
    async read(task, open) {
      const content = await open()
      const process = await take().catch((error: unknown) => {
        content.stream.destroy()
        throw error
      })
      const timer = setTimeout(() => kill(process), options.patience)
      const answering = readAnswer(process.output).catch((): typeof broken => {
        kill(process)
        content.stream.destroy(givenUp)
        return broken
      })
      const [answer, handed] = await Promise.all([answering, hand(process, task, content)])
      clearTimeout(timer)
      if (answer !== broken && handed.kind === 'whole') {
        rest(process)
        return answer
      }
      // Whatever it is that it answered, it is not trusted with another picture.
      const closed = isClosed()
      if (!closed) stop('none')
      if (handed.kind === 'broken') throw handed.error
      if (closed) throw new Error('Pictures are not read any more')
      return null
    },
    pid: () => (state.kind === 'running' ? state.process.child.pid : undefined),
    close: () => stop('closed'),
  }
}

function start({ memory, identity }: ReaderOptions): Running {
  const numbers = [memory, ...(identity === undefined ? [] : [identity.uid, identity.gid])]
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${scriptMemory}`, '--no-warnings', entry, ...numbers.map(String)],
    { stdio: ['pipe', 'pipe', 'pipe'], env: bareEnvironment(), cwd: parse(entry).root, windowsHide: true },
  )
  const { stdin, stdout, stderr } = child
  if (!(stdin instanceof Socket && stdout instanceof Socket && stderr instanceof Socket)) {
    throw new Error('A process has pipes')
  }
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  // What breaks is heard of by the end of the output.
  stdin.on('error', () => {})
  lowerPriority(child)
  const hold = (held: boolean): void => {
    for (const handle of [child, stdin, stdout, stderr]) held ? handle.ref() : handle.unref()
  }
  return { child, input: stdin, output: readPipe(stdout), ended, hold }
}

/** Windows cannot start a program without its own folder. */
const bareEnvironment = (): NodeJS.ProcessEnv =>
  process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot } : {}

/** Threads that it starts later inherit it. */
function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    setPriority(pid, priority)
  } catch {
    // It has ended already, which is heard of otherwise.
  }
}

async function untilReady(running: Running): Promise<void> {
  const { child, output, ended } = running
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint = (complaint + text.toString()).slice(0, maxComplaint)
  })
  const timer = setTimeout(() => kill(running), startPatience)
  const word = await output.read(ready.length).catch(() => null)
  clearTimeout(timer)
  if (word?.equals(ready)) return
  kill(running)
  await ended
  throw new Error(`The process that reads pictures did not start: ${complaint.trim()}`)
}

type Handed =
  | { readonly kind: 'whole' }
  /** By a process that has ended. */
  | { readonly kind: 'refused' }
  /** The picture itself could not be fetched. */
  | { readonly kind: 'broken'; readonly error: unknown }

/** Hands the picture over as it comes. One that breaks off, or is longer than it said, ends the process, which would wait for ever. */
async function hand(process: Running, task: PictureTask, { size, stream }: OpenedContent): Promise<Handed> {
  const { input } = process
  try {
    let left = size
    input.write(requestOf(task, size))
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      left -= chunk.length
      if (left < 0) break
      if (input.destroyed) return { kind: 'refused' }
      if (!input.write(chunk)) await drained(input)
    }
    if (left !== 0) throw new Error('The picture is not as long as it was said to be')
    return { kind: 'whole' }
  } catch (error) {
    if (error === givenUp) return { kind: 'refused' }
    kill(process)
    return { kind: 'broken', error }
  }
}

/** Resolves when it takes more, and when it never will. */
function drained(input: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      input.off('drain', go).off('close', go)
      resolve()
    }
    input.on('drain', go).on('close', go)
    if (input.destroyed) go()
  })
}

const kill = ({ child }: Running): void => void child.kill('SIGKILL')
