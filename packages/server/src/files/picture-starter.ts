// A shell that starts and kills the process that reads pictures where the server may do neither: it has another uid, which nobody can choose
// any more when root was given up. It is started before, costs a megabyte, and ends with the server however that ends.
import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import {
  asSocket,
  command,
  type Identity,
  type Launch,
  lowerPriority,
  type PictureProcess,
  prolonged,
  workingFolder,
} from './picture-launch.ts'

export interface PictureStarter {
  /** One process at a time: the next is started when the one before has ended. */
  readonly launch: Launch
  /** Ends it, and the process that it started. */
  close(): void
}

/**
 * Orders come by the standard input, reports go to the standard output, and pictures and answers pass by 3 and 4, which each process gets as
 * its input and output. The signals are meant for the server. The end of the input is the end of the server, and of all that is of this
 * group of processes, the shell among them.
 */
const script = `
trap '' HUP INT QUIT TERM
run() {
  env -i "$@" <&3 >&4 3<&- 4>&- &
  echo "started $!"
  wait "$!"
  echo ended
}
while read -r order words; do
  case $order in
    start) run "$@" $words & ;;
    kill) kill -9 "$words" ;;
    reap) wait ;;
  esac
done
kill -9 0
`

/** No report is as long. */
const maxReport = 64

/** Throws when nobody with that identity can be started at all. `onEnd` hears of an end that nobody asked for. */
export function startStarter(identity: Identity, onEnd: (how: string) => void): PictureStarter {
  const { uid, gid } = identity
  const child = spawn('/bin/sh', ['-c', script, 'parley-pictures', ...command], {
    ...{ uid, gid, env: {}, cwd: workingFolder, detached: true },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  const pipes = child.stdio.map(asSocket)
  const [orders, reports, complaints, pictures, answers] = pipes
  if (!(orders && reports && complaints && pictures && answers)) throw new Error('A shell has five pipes')
  lowerPriority(child)
  child.unref()
  // What breaks is heard of by the end of the shell.
  for (const pipe of pipes) pipe.unref().on('error', () => {})

  let isOpen = true
  /** Of the process that there is or was last. */
  let life: Life | undefined
  let allEnded: Promise<unknown> = Promise.resolve()
  const shell: Shell = {
    pictures,
    answers,
    order: (...words) => void orders.write(`${words.join(' ')}\n`),
    hold(held) {
      for (const pipe of pipes) held ? pipe.ref() : pipe.unref()
    },
  }

  const close = (): void => {
    isOpen = false
    life?.end()
    for (const pipe of pipes) pipe.destroy()
  }
  const closed = (how: string): void => {
    if (isOpen) onEnd(how)
    close()
  }
  child.once('error', (error) => closed(error.message))
  child.once('exit', (code, signal) => closed(`${signal ?? code}`))

  answers.on('data', (bytes: Buffer) => life?.answered(bytes))
  complaints.on('data', (bytes: Buffer) => life?.complained(bytes))
  const report = ([word, pid]: readonly string[]): void => {
    if (word === 'started') life?.started(Number(pid))
    if (word !== 'ended') return
    shell.order('reap')
    // What it said last has come by the other pipes, and is read in this same turn.
    setImmediate(() => life?.end())
  }
  let line = ''
  reports.on('data', (bytes: Buffer) => {
    const [last = '', ...lines] = (line + bytes.toString()).split('\n').reverse()
    for (const text of lines.reverse()) report(text.split(' '))
    line = last
    // Whatever speaks there is not the shell.
    if (line.length > maxReport) orders.destroy()
  })

  return {
    launch(words) {
      const own = createLife(shell)
      void allEnded.then(() => {
        if (own.process.hasEnded()) return
        life = own
        if (isOpen) return own.begin(words)
        own.complained('What starts it has ended')
        own.end()
      })
      allEnded = Promise.all([allEnded, own.process.ended])
      return own.process
    },
    close,
  }
}

interface Shell {
  readonly pictures: Socket
  readonly answers: Socket
  order(...words: readonly string[]): void
  hold(held: boolean): void
}

/** One process as its user has it, whose pipes end with it, and what the shell tells of it. */
interface Life {
  readonly process: PictureProcess
  begin(words: readonly string[]): void
  started(pid: number): void
  answered(bytes: Buffer): void
  complained(text: Buffer | string): void
  end(): void
}

function createLife({ pictures, answers, order, hold }: Shell): Life {
  let state: 'waiting' | 'begun' | 'ended' = 'waiting'
  let pid: number | undefined
  let isKilled = false
  let isHeld = true
  let complaint = ''
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const input = new Writable({
    write(bytes, _, done) {
      void begun.promise.then(() => {
        if (state === 'begun') pictures.write(bytes, () => done())
        else done()
      })
    },
  })
  const output = new Readable({
    read: () => void (state === 'begun' && answers.resume()),
  })
  const end = (): void => {
    if (state === 'ended') return
    state = 'ended'
    output.push(null)
    input.destroy()
    hold(false)
    // What is left of it is let go.
    answers.resume()
    ended.resolve()
  }
  return {
    process: {
      pid: () => pid,
      input: input.on('error', () => {}),
      output,
      complaint: () => complaint.trim(),
      hasEnded: () => state === 'ended',
      ended: ended.promise,
      kill() {
        if (state === 'waiting') return end()
        if (pid !== undefined && !isKilled && state === 'begun') order('kill', `${pid}`)
        isKilled = true
      },
      hold(held) {
        isHeld = held
        if (state === 'begun') hold(held)
      },
    },
    begin(words) {
      state = 'begun'
      order('start', ...words)
      hold(isHeld)
      begun.resolve()
    },
    started(number) {
      pid = number
      if (isKilled) order('kill', `${pid}`)
    },
    answered(bytes) {
      if (state === 'begun' && !output.push(bytes)) answers.pause()
    },
    complained(text) {
      complaint = prolonged(complaint, text)
    },
    end,
  }
}
