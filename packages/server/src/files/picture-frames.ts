// How the server and the process that reads pictures speak over a pipe: lengths first, nothing that has to be parsed, so that a process
// that a picture took over can say nothing but a small picture.
import type { Readable } from 'node:stream'
import type { Dimensions } from '../core/files/store.ts'

/** What is wanted of a picture. */
export type PictureTask = 'preview' | 'avatar'

export interface PictureResult {
  readonly dimensions: Dimensions
  readonly bytes: Uint8Array
}

const tasks: readonly PictureTask[] = ['preview', 'avatar']

/** Task and length of the picture that follows. */
const requestHead = 5
/** Whether there is a result, its width, height, and the length of what follows. */
const answerHead = 13

/** No small picture that we ask for comes near it. */
const maxAnswerBytes = 4 * 1024 * 1024

/**
 * Bytes of the mark by which a process and its server know each other: by chance, and new for each process. Each says it to the other before
 * anything else, and takes nothing that came before it, which was for or of a process that has ended.
 */
export const markBytes = 16

export function requestOf(task: PictureTask, size: number): Buffer {
  const head = Buffer.alloc(requestHead)
  head[0] = tasks.indexOf(task)
  head.writeUInt32BE(size, 1)
  return head
}

export function answerOf(result: PictureResult | null): Buffer {
  const head = Buffer.alloc(answerHead)
  if (result === null) return head
  head[0] = 1
  head.writeUInt32BE(result.dimensions.width, 1)
  head.writeUInt32BE(result.dimensions.height, 5)
  head.writeUInt32BE(result.bytes.length, 9)
  return Buffer.concat([head, result.bytes])
}

/** Null at the end of the stream. */
export async function readRequest(
  input: PipeReader,
): Promise<{ readonly task: PictureTask; readonly bytes: Buffer } | null> {
  const head = await input.read(requestHead)
  if (head === null) return null
  const task = tasks[head.readUInt8(0)]
  if (task === undefined) throw new Error('There is no such task')
  const bytes = await input.read(head.readUInt32BE(1))
  return bytes === null ? null : { task, bytes }
}

/** Null where the picture could not be read. Throws for an answer that is none, and at the end of the stream. */
export async function readAnswer(input: PipeReader): Promise<PictureResult | null> {
  const head = await input.read(answerHead)
  if (head === null) throw new Error('The process ended')
  const found = head.readUInt8(0)
  if (found === 0) return null
  const [width, height, length] = [head.readUInt32BE(1), head.readUInt32BE(5), head.readUInt32BE(9)]
  if (found !== 1 || width === 0 || height === 0 || length === 0 || length > maxAnswerBytes) {
    throw new Error('The process answered what is no answer')
  }
  const bytes = await input.read(length)
  if (bytes === null) throw new Error('The process ended')
  return { dimensions: { width, height }, bytes }
}

export interface PipeReader {
  /** The next bytes, exactly so many; null when the pipe ends before. One call at a time. */
  read(size: number): Promise<Buffer | null>
  /** Passes over everything up to the mark, and the mark itself; false when the pipe ends before. */
  skipPast(mark: Buffer): Promise<boolean>
}

/** Takes no more from the pipe than it was asked for and what came along. */
export function readPipe(pipe: Readable): PipeReader {
  const chunks = pipe[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let rest: Buffer = Buffer.alloc(0)
  return {
    async read(size) {
      const parts = [rest]
      let length = rest.length
      while (length < size) {
        const next = await chunks.next()
        if (next.done === true) return null
        parts.push(next.value)
        length += next.value.length
      }
      const all = parts.length === 1 ? rest : Buffer.concat(parts)
      rest = all.subarray(size)
      return all.subarray(0, size)
    },
    async skipPast(mark) {
      for (;;) {
        const at = rest.indexOf(mark)
        if (at >= 0) {
          rest = rest.subarray(at + mark.length)
          return true
        }
        const next = await chunks.next()
        if (next.done === true) return false
        // The mark may have begun in what came before.
        const begun = rest.subarray(Math.max(0, rest.length - mark.length + 1))
        rest = Buffer.concat([begun, next.value])
      }
    },
  }
}
