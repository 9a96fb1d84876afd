// Starts and ends the hostile process.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const main = resolve(import.meta.dirname, 'hostile/main.ts')

interface HostileFacts {
  readonly sort: string
  /** Of the server. */
  readonly url: string
  /** It comes from here. */
  readonly address: string
  /** The login name of whoever is measured. */
  readonly innocent: string
}

export interface Hostile {
  begin(): void
  /** Resolves when it is gone. */
  end(): Promise<void>
}

/** Has registered, and waits. */
export async function startHostile({ sort, url, address, innocent }: HostileFacts): Promise<Hostile> {
  const child = spawn(process.execPath, [main, sort, url, address, innocent], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const ready = once(createInterface({ input: child.stdout }), 'line')
  const first = await Promise.race([ready.then(() => 'ready'), gone.then(() => 'gone')])
  if (first === 'gone') throw new Error(`The hostile process for ${sort} ended before it began`)
  child.stdin.on('error', () => {})
  return {
    begin: () => void child.stdin.write('begin\n'),
    async end() {
      child.stdin.end()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await gone
      clearTimeout(timer)
    },
  }
}
