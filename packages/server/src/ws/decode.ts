// From the bytes of a text frame to a frame of the protocol, or to what is wrong with it.
import { type ClientFrame, type ClientFrameType, clientFrames, type ErrorCode } from '@parley/protocol'
import { AppError } from '../core/errors.ts'
import { decodeJson } from '../wire/json.ts'
import { type Check, compileCheck } from '../wire/validate.ts'

type Decoded =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  | {
      readonly kind: 'invalid'
      readonly code: ErrorCode
      readonly detail: string
      /** The client's number, if that much could be read. */
      readonly ref: number | undefined
    }

export type FrameDecoder = (bytes: Buffer) => Decoded

const maxFaults = 3

/** Compiles the schemas of all client frames. The decoder never throws; it takes bytes that are valid UTF-8. */
export function createFrameDecoder(): FrameDecoder {
  const checks: Readonly<Record<ClientFrameType, Check<ClientFrame>>> = {
    hello: compileCheck(clientFrames.hello),
    send_message: compileCheck(clientFrames.send_message),
    edit_message: compileCheck(clientFrames.edit_message),
    delete_message: compileCheck(clientFrames.delete_message),
    read: compileCheck(clientFrames.read),
    typing: compileCheck(clientFrames.typing),
    watch_presence: compileCheck(clientFrames.watch_presence),
    ping: compileCheck(clientFrames.ping),
  }
  return (bytes) => {
    let value: unknown
    try {
      value = decodeJson(bytes.toString())
      const type = typeOf(value)
      if (type === null) throw new AppError('bad_frame')
      return { kind: 'frame', frame: checks[type](value) }
    } catch (error) {
      return invalid(error, refOf(value))
    }
  }
}

function invalid(error: unknown, ref: number | undefined): Decoded {
  if (!(error instanceof AppError)) return { kind: 'invalid', code: 'bad_frame', detail: 'not a frame', ref }
  const faults = (error.data.errors ?? []).slice(0, maxFaults)
  const detail = faults.map(({ path, message }) => `${path || 'the frame'} ${message}`).join('; ')
  return { kind: 'invalid', code: error.code, detail: detail || error.message, ref }
}

function typeOf(value: unknown): ClientFrameType | null {
  const type = fieldOf(value, 'type')
  return typeof type === 'string' && isFrameType(type) ? type : null
}

const isFrameType = (type: string): type is ClientFrameType => Object.hasOwn(clientFrames, type)

function refOf(value: unknown): number | undefined {
  const ref = fieldOf(value, 'ref')
  return typeof ref === 'number' && Number.isSafeInteger(ref) && ref >= 0 ? ref : undefined
}

function fieldOf(value: unknown, name: 'type' | 'ref'): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, name) ? (value as Record<typeof name, unknown>)[name] : undefined
}
