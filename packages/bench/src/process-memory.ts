// Memory of single processes, read from Linux's /proc.
import { readdirSync, readFileSync } from 'node:fs'

/** Bytes that the process holds in memory; null when it has ended. */
export function rssBytes(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}

/** The process below `root`, itself included, whose command line contains all the words; null if there is none. */
export function findProcess(root: number, words: readonly string[]): number | null {
  const queue = [root]
  for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
    const commandLine = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
    if (words.every((word) => commandLine.includes(word))) return pid
    queue.push(...childrenOf(pid))
  }
  return null
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // The process has ended.
    return ''
  }
}
