// One WebSocket of the generator on a bare TCP socket. All sockets read into one buffer, and nothing is allocated per frame.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { createFrameReader, maskedFrame, type OnFrame, opcodes } from './frames.ts'

export interface LoadSocket {
  /** Writes whole frames. */
  send(frame: Buffer): void
  sendText(payload: string): void
  /** Ends the connection; `onEnd` is not called for it. */
  close(): void
}

export interface LoadSocketOptions {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly subprotocol: string | null
  /** Where the kernel puts what arrives; may be shared by all sockets of a process. */
  readonly readBuffer: Buffer
  readonly mask: Buffer
  /** Before the frames of a chunk are cut, with the chunk's length. */
  readonly onChunk: (length: number) => void
  /** Text and binary frames. */
  readonly onFrame: OnFrame
  /** The server closed the socket, it failed, or `onFrame` threw. */
  readonly onEnd: (reason: string) => void
}

/** Resolves when the server has agreed to the upgrade. */
export function openLoadSocket(options: LoadSocketOptions): Promise<LoadSocket> {
  return new Promise((resolve, reject) => {
    let state: 'upgrading' | 'open' | 'closed' = 'upgrading'
    const end = (reason: string): void => {
      const before = state
      state = 'closed'
      socket.destroy()
      if (before === 'upgrading') reject(new Error(reason))
      if (before === 'open') options.onEnd(reason)
    }
    const frames = createFrameReader(handleFrames(options, (frame) => socket.write(frame), end))
    const upgrade = createUpgradeReader()

    const attempt = (work: () => void): void => {
      try {
        work()
      } catch (error) {
        end(error instanceof Error ? error.message : String(error))
      }
    }
    const receive = (length: number, bytes: Buffer): void => {
      if (state === 'open') {
        options.onChunk(length)
        frames(bytes, length)
      } else if (state === 'upgrading') {
        const rest = upgrade(bytes.subarray(0, length))
        if (rest === null) return
        state = 'open'
        resolve(faceOf(socket, options.mask, () => (state = 'closed')))
        // A server may speak in the same breath: whoever awaits the socket has it first.
        queueMicrotask(() => attempt(() => frames(rest, rest.length)))
      }
    }
    const socket: Socket = connect({
      host: options.host,
      port: options.port,
      noDelay: true,
      onread: {
        buffer: options.readBuffer,
        callback(length) {
          attempt(() => receive(length, options.readBuffer))
          return true
        },
      },
    })
    socket.once('connect', () => socket.write(upgradeRequest(options)))
    socket.once('error', (error) => end(`The connection failed: ${error.message}`))
    socket.once('close', () => end('The server ended the connection'))
  })
}

function faceOf(socket: Socket, mask: Buffer, closing: () => void): LoadSocket {
  return {
    send: (frame) => void socket.write(frame),
    sendText: (payload) => void socket.write(maskedFrame(opcodes.text, Buffer.from(payload), mask).bytes),
    close() {
      closing()
      socket.destroy()
    },
  }
}

/** Answers pings, reports a close with its code, passes the rest on. */
function handleFrames(
  options: LoadSocketOptions,
  write: (frame: Buffer) => void,
  end: (reason: string) => void,
): OnFrame {
  return (opcode, bytes, start, stop) => {
    if (opcode === opcodes.ping) {
      write(maskedFrame(opcodes.pong, Buffer.from(bytes.subarray(start, stop)), options.mask).bytes)
    } else if (opcode === opcodes.close) {
      const code = stop - start >= 2 ? bytes.readUInt16BE(start) : 1005
      end(`The server closed a socket with ${code} ${bytes.toString('utf8', start + 2, stop)}`.trim())
    } else if (opcode !== opcodes.pong) {
      options.onFrame(opcode, bytes, start, stop)
    }
  }
}

/** Takes chunks until the head of the answer is whole, then returns what came after it. Throws unless it is 101. */
function createUpgradeReader(): (chunk: Buffer) => Buffer | null {
  let head = Buffer.alloc(0)
  return (chunk) => {
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return null
    const status = head.toString('latin1', 0, head.indexOf('\r\n'))
    if (!/^HTTP\/1\.1 101 /.test(status)) throw new Error(`The server refused the upgrade: ${status}`)
    return head.subarray(end + 4)
  }
}

function upgradeRequest({ host, port, path, subprotocol }: LoadSocketOptions): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    '\r\n',
  ].join('\r\n')
}
