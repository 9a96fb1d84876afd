// A connection on which whole HTTP requests go out and nothing is read of the answers but whether they are good.
import { connect } from 'node:net'
import type { LoadSocket } from './socket.ts'

const statusLine = 'HTTP/1.1 '
const good = '2'.charCodeAt(0)

/** Requests may be written before the connection stands. `onEnd` hears of the first answer that is not good, and of its end. */
export function openRequestLine(
  { host, port }: { readonly host: string; readonly port: number },
  onEnd: (reason: string) => void,
): Pick<LoadSocket, 'send' | 'close'> {
  let state: 'open' | 'closed' = 'open'
  const end = (reason: string): void => {
    if (state === 'closed') return
    state = 'closed'
    socket.destroy()
    onEnd(reason)
  }
  const look = (chunk: Buffer): void => {
    for (let at = chunk.indexOf(statusLine); at >= 0; at = chunk.indexOf(statusLine, at + 1)) {
      if (chunk[at + statusLine.length] !== good)
        end(`A send was refused: ${chunk.toString('utf8', at, at + 500)}`)
    }
  }
  const socket = connect({ host, port, noDelay: true })
  socket.on('data', look)
  socket.once('error', (error) => end(`A connection for requests failed: ${error.message}`))
  socket.once('close', () => end('The server ended a connection for requests'))
  return {
    send: (request) => void socket.write(request),
    close() {
      state = 'closed'
      socket.destroy()
    },
  }
}
