// The library that gives PostgreSQL a slow disk, compiled on demand.
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Teardown } from '../teardown.ts'

const source = join(import.meta.dirname, '../../peers/slow-flush.c')

/** The library's path, or why there is none. */
export type SlowFlush =
  | { readonly kind: 'ready'; readonly library: string }
  | { readonly kind: 'missing'; readonly reason: string }

/** Every fdatasync of a program that preloads it takes `milliseconds` longer. The teardown removes it. */
export async function compileSlowFlush(teardown: Teardown, milliseconds: number): Promise<SlowFlush> {
  if (process.platform !== 'linux') return { kind: 'missing', reason: 'LD_PRELOAD needs Linux' }
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-flush-'))
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  // PostgreSQL may run under another uid.
  await chmod(folder, 0o755)
  const library = join(folder, 'slow-flush.so')
  const micros = Math.round(milliseconds * 1000)
  try {
    const args = ['-O2', '-shared', '-fPIC', `-DFLUSH_MICROS=${micros}`, '-o', library, source, '-ldl']
    await promisify(execFile)('cc', args)
    return { kind: 'ready', library }
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { kind: 'missing', reason: isAbsent ? 'there is no cc' : String(error) }
  }
}
