// Ports of this machine: one that nobody uses, and whether somebody listens on one.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'

const host = '127.0.0.1'

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, host)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no port')
  return address.port
}

export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ host, port })
    const answer = (listens: boolean): void => {
      probe.destroy()
      resolve(listens)
    }
    probe.once('connect', () => answer(true))
    probe.once('error', () => answer(false))
  })
