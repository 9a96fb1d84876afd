// Watches over uploads while they come: each has to begin and to move, so that nobody holds connections and descriptors with uploads that
// never end. How many a person has at once is counted where people pay (core/payers.ts).
import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'

/** All in milliseconds. */
export interface UploadTimes {
  /** Until the first byte of the file must have come. */
  readonly begin: number
  /** In each time as long as this one the least must come, `leastRate` on average. */
  readonly window: number
  /** For the rest of one that was refused, which is read so that its sender hears the answer. */
  readonly rest: number
  /** For all of it. */
  readonly whole: number
}

export const uploadTimes: UploadTimes = {
  begin: 10_000,
  window: 30_000,
  rest: 30_000,
  whole: 30 * 60 * 1000,
}

/** Bytes in a second. */
const leastRate = 4 * 1024

export interface UploadWatch {
  /** Rejects with `upload_too_slow`, or never. */
  readonly tooSlow: Promise<never>
  /** The file's content begins. */
  begun(): void
  /** It was answered before its end. */
  refused(): void
  /** Whether the connection is of no use after the answer. */
  spoilt(): boolean
}

export interface UploadWatches {
  /** It ends with the request's body. */
  watch(request: FastifyRequest): UploadWatch
  /** Of a request that is watched over. */
  of(request: FastifyRequest): UploadWatch | undefined
}

type Phase = 'beginning' | 'coming' | 'slow' | 'refused'

/** Sockets in `patient` may have a request that takes longer than others; see bare-server.ts. */
export function createUploadWatches(times: UploadTimes, patient: WeakSet<Socket>): UploadWatches {
  const watches = new WeakMap<FastifyRequest, UploadWatch>()

  return {
    watch(request) {
      const { socket } = request.raw
      patient.add(socket)
      const watch = startWatch(times, socket, (stop) =>
        request.raw.once('close', () => {
          stop()
          patient.delete(socket)
        }),
      )
      watches.set(request, watch)
      return watch
    },
    of: (request) => watches.get(request),
  }
}

function startWatch(times: UploadTimes, socket: Socket, atEnd: (stop: () => void) => void): UploadWatch {
  const slow = Promise.withResolvers<never>()
  // Nobody may be waiting for it.
  slow.promise.catch(() => undefined)
  const destroy = (): void => void socket.destroy()
  const whole = setTimeout(destroy, times.whole).unref()
  let phase: Phase = 'beginning'
  let timer = setTimeout(giveUp, times.begin).unref()

  function giveUp(): void {
    phase = 'slow'
    slow.reject(new AppError('upload_too_slow'))
    timer = setTimeout(destroy, times.rest).unref()
  }

  /** What has come is seen at the socket: to read it is for others. */
  function lookAgain(): void {
    const before = socket.bytesRead
    timer = setTimeout(() => {
      if (socket.bytesRead - before < (leastRate * times.window) / 1000) giveUp()
      else lookAgain()
    }, times.window).unref()
  }

  atEnd(() => {
    clearTimeout(timer)
    clearTimeout(whole)
  })
  return {
    tooSlow: slow.promise,
    begun() {
      if (phase !== 'beginning') return
      phase = 'coming'
      clearTimeout(timer)
      lookAgain()
    },
    refused() {
      if (phase === 'slow' || phase === 'refused') return
      phase = 'refused'
      clearTimeout(timer)
      timer = setTimeout(destroy, times.rest).unref()
    },
    spoilt: () => phase === 'slow',
  }
}
