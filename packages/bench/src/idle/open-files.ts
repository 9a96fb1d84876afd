// How many files, sockets among them, a process may have open, and how one that needs more is started.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * What goes before the command line of a process that needs so many; nothing where every process may have them. null where the
 * system does not allow it. Node raises its own soft limit to the hard one when it starts, so only that one counts.
 */
export function launcherFor(files: number): readonly string[] | null {
  if (hardLimit() >= files) return []
  const raise = `ulimit -n ${files}`
  // Root may raise the hard limit too.
  if (spawnSync('sh', ['-c', raise], { stdio: 'ignore' }).status !== 0) return null
  return ['sh', '-c', `${raise} && exec "$0" "$@"`]
}

/** Of this process, which its children inherit. */
export function hardLimit(): number {
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? []
  return hard === undefined || hard === 'unlimited' ? Infinity : Number(hard)
}
