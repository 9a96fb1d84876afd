// The shell that starts the process that reads pictures: whose end is whose.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { picture } from '../../test/file-samples.ts'
import { createImages } from './images.ts'
import { startFault } from './picture-reader.ts'
import { startStarter } from './picture-starter.ts'

const isLinux = process.platform === 'linux'
if (!isLinux) console.log('picture-starter.test.ts: a server gives root up on Linux alone')

const identity = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
const patience = { timeout: 20_000 }

const stat = (pid: number | string) => {
  try {
    // The name may hold anything.
    const [state = '', parent, group] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return { pid: Number(pid), state, parent: Number(parent), group: Number(group) }
  } catch {
    return { pid: Number(pid), state: 'X', parent: 0, group: 0 }
  }
}

/** Those that live, of one group of processes. */
const groupOf = (group: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(stat)
    .filter((one) => one.group === group && !'XZ'.includes(one.state))
    .map(({ pid }) => pid)

const opening = (bytes: Uint8Array) => async () => ({ size: bytes.length, stream: Readable.from([bytes]) })

async function stage() {
  const ends: string[] = []
  const starter = startStarter(identity, (how) => ends.push(how))
  const images = createImages({ launch: starter.launch })
  onTestFinished(() => {
    images.close()
    starter.close()
  })
  const bytes = await picture('png', { width: 30, height: 20 })
  const preview = () => images.preview('ada', opening(bytes))
  expect(await preview()).not.toBeNull()
  // The shell leads its group.
  const shell = stat(images.pid() ?? 0).group
  return { starter, images, preview, ends, shell }
}

describe.runIf(isLinux)('F10: what starts the process that reads pictures', () => {
  test('ends with whoever started it, and so does the process', patience, async () => {
    const { starter, shell, ends } = await stage()
    expect(groupOf(shell)).toContain(shell)
    starter.close()
    await expect.poll(() => groupOf(shell)).toEqual([])
    expect(ends).toEqual([])
  })

  test(
    'that dies says so once, takes the process with it, and no picture is judged then',
    patience,
    async () => {
      const { preview, images, shell, ends } = await stage()
      process.kill(shell, 'SIGKILL')
      await expect.poll(() => groupOf(shell)).toEqual([])
      await expect.poll(() => ends).toEqual(['SIGKILL'])
      expect(images.pid()).toBeUndefined()
      await expect(preview()).rejects.toThrow('did not start: What starts it has ended')
      await expect(preview()).rejects.toThrow('did not start: What starts it has ended')
      expect(ends).toHaveLength(1)
    },
  )

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)(
    'leaves %s to the server',
    patience,
    async (signal) => {
      const { preview, shell, ends } = await stage()
      process.kill(shell, signal)
      await sleep(100)
      expect(await preview()).not.toBeNull()
      expect(groupOf(shell)).toContain(shell)
      expect(ends).toEqual([])
    },
  )

  test('leaves nothing of processes that ended', patience, async () => {
    const { preview, images, shell } = await stage()
    for (let round = 0; round < 3; round += 1) {
      process.kill(images.pid() ?? 0, 'SIGKILL')
      await expect.poll(() => images.pid()).toBeUndefined()
      expect(await preview()).not.toBeNull()
    }
    const children = readdirSync('/proc')
      .map(stat)
      .filter(({ parent }) => parent === shell)
    // What waits for the one that runs.
    expect(children).toHaveLength(1)
  })

  test('says why when a process cannot be started', patience, async () => {
    const starter = startStarter(identity, () => {})
    onTestFinished(() => starter.close())
    const memory = 256 * 1024 * 1024
    expect(await startFault({ launch: starter.launch, memory })).toBeUndefined()
    const launch = (words: readonly string[]) => starter.launch([...words, '-1', '-1'])
    expect(await startFault({ launch, memory })).toMatch(/did not start: .+/s)
    // And goes on.
    expect(await startFault({ launch: starter.launch, memory })).toBeUndefined()
  })

  test('costs no more than a few megabytes', patience, async () => {
    const { shell } = await stage()
    const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${shell}/smaps_rollup`, 'utf8')) ?? []
    expect(Number(kilobytes)).toBeGreaterThan(0)
    expect(Number(kilobytes)).toBeLessThan(4_000)
  })
})

test.runIf(isLinux)('F10: nothing is left of it after the server was killed', patience, async () => {
  const program = `
    const { startStarter } = await import(${JSON.stringify(new URL('./picture-starter.ts', import.meta.url).href)})
    const process_ = startStarter(${JSON.stringify(identity)}, () => {}).launch(['00'.repeat(16), '1e9'])
    process_.input.write(Buffer.alloc(16))
    process_.output.once('data', () => console.log(process_.pid()))`
  const server = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await server.stdout.take(1).toArray()) as [Buffer]
  const shell = stat(Number(String(line))).group
  expect(groupOf(shell)).toContain(Number(String(line)))
  server.kill('SIGKILL')
  await expect.poll(() => groupOf(shell)).toEqual([])
})
