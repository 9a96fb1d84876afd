// The process that reads pictures, from outside: started with the first picture, ended when it is idle, ended and started again when a
// picture takes too long or breaks it. It inherits nothing: no environment, no descriptors, and where there is one, an identity of its own.
import { randomBytes } from 'node:crypto'
import type { Writable } from 'node:stream'
import type { OpenedContent } from '../core/files/file-store.ts'
import {
  markBytes,
  type PictureResult,
  type PictureTask,
  type PipeReader,
  readAnswer,
  readPipe,
  requestOf,
} from './picture-frames.ts'
import type { Launch, PictureProcess } from './picture-launch.ts'

export interface ReaderOptions {
  /** Milliseconds for one picture, from its first byte to its result. */
  readonly patience: number
  /** Milliseconds without a picture after which the process is ended. */
  readonly idle: number
  /** Bytes of memory that the process may take in all. */
  readonly memory: number
  /** How the process is started. It is asked for one at a time: the one before has ended, or was killed. */
  readonly launch: Launch
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

/** Milliseconds until the process must be ready. */
const startPatience = 30_000

/** In place of an answer. */
const broken = Symbol('broken')

/** What ends a picture that nobody takes any more. */
const givenUp = new Error('The picture is not taken any more')

/** A process, and what it says after its mark. */
interface Running {
  readonly process: PictureProcess
  readonly output: PipeReader
}

type State =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly running: Running; readonly idleTimer: NodeJS.Timeout | null }
  | { readonly kind: 'closed' }

export function createPictureReader(options: ReaderOptions): PictureReader {
  let state: State = { kind: 'none' }

  const stop = (next: 'none' | 'closed'): void => {
    const was = state
    if (was.kind === 'closed') return
    state = { kind: next }
    if (was.kind !== 'running') return
    if (was.idleTimer !== null) clearTimeout(was.idleTimer)
    was.running.process.kill()
  }

  /** A process that waits for a picture. */
  const take = async (): Promise<Running> => {
    if (state.kind === 'closed') throw new Error('Pictures are not read any more')
    if (state.kind === 'running' && !state.running.process.hasEnded()) {
      if (state.idleTimer !== null) clearTimeout(state.idleTimer)
      state = { ...state, idleTimer: null }
      state.running.process.hold(true)
      return state.running
    }
    const { running, mark } = start(options)
    state = { kind: 'running', running, idleTimer: null }
    try {
      await untilReady(running, mark)
      return running
    } catch (error) {
      if (!isClosed()) stop('none')
      throw error
    }
  }

  const isClosed = (): boolean => state.kind === 'closed'

  const rest = (running: Running): void => {
    if (state.kind !== 'running' || state.running !== running) return
    running.process.hold(false)
    state = { ...state, idleTimer: setTimeout(() => stop('none'), options.idle).unref() }
  }

  return {
    async read(task, open) {
      const content = await open()
      const running = await take().catch((error: unknown) => {
        content.stream.destroy()
        throw error
      })
      const { process, output } = running
      const timer = setTimeout(() => process.kill(), options.patience)
      const answering = readAnswer(output).catch((): typeof broken => {
        process.kill()
        content.stream.destroy(givenUp)
        return broken
      })
      const [answer, handed] = await Promise.all([answering, hand(process, task, content)])
      clearTimeout(timer)
      if (answer !== broken && handed.kind === 'whole') {
        rest(running)
        return answer
      }
      // Whatever it is that it answered, it is not trusted with another picture.
      const closed = isClosed()
      if (!closed) stop('none')
      if (handed.kind === 'broken') throw handed.error
      if (closed) throw new Error('Pictures are not read any more')
      return null
    },
    pid() {
      if (state.kind !== 'running' || state.running.process.hasEnded()) return undefined
      return state.running.process.pid()
    },
    close: () => stop('closed'),
  }
}

/** Why no process can be started that way; undefined when one was, and has ended again. */
export async function startFault({
  launch,
  memory,
}: Pick<ReaderOptions, 'launch' | 'memory'>): Promise<string | undefined> {
  const { running, mark } = start({ launch, memory })
  try {
    await untilReady(running, mark)
    running.process.kill()
    await running.process.ended
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function start({ launch, memory }: Pick<ReaderOptions, 'launch' | 'memory'>): {
  readonly running: Running
  readonly mark: Buffer
} {
  const mark = randomBytes(markBytes)
  const process = launch([mark.toString('hex'), String(memory)])
  process.input.write(mark)
  return { running: { process, output: readPipe(process.output) }, mark }
}

async function untilReady({ process, output }: Running, mark: Buffer): Promise<void> {
  const timer = setTimeout(() => process.kill(), startPatience)
  const isReady = await output.skipPast(mark).catch(() => false)
  clearTimeout(timer)
  if (isReady) return
  process.kill()
  await process.ended
  throw new Error(`The process that reads pictures did not start: ${process.complaint()}`)
}

type Handed =
  | { readonly kind: 'whole' }
  /** By a process that has ended. */
  | { readonly kind: 'refused' }
  /** The picture itself could not be fetched. */
  | { readonly kind: 'broken'; readonly error: unknown }

/** Hands the picture over as it comes. One that breaks off, or is longer than it said, ends the process, which would wait for ever. */
async function hand(
  process: PictureProcess,
  task: PictureTask,
  { size, stream }: OpenedContent,
): Promise<Handed> {
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
    process.kill()
    return { kind: 'broken', error }
  }
}

/** Resolves when it takes more, and when it never will. */
function drained(input: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      input.off('drain', go).off('close', go)
      resolve()
    }
    input.on('drain', go).on('close', go)
    if (input.destroyed) go()
  })
}
