import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { hardLimit, launcherFor } from './open-files.ts'

test('a process may have as many files open as its launcher was asked for', () => {
  expect(launcherFor(10)).toEqual([])
  const files = Math.min(hardLimit(), 1000)
  const launcher = launcherFor(files) ?? []
  const limitOf =
    'process.stdout.write(/open files +\\S+ +(\\S+)/.exec(fs.readFileSync("/proc/self/limits","latin1"))[1])'
  const [program = '', ...args] = [...launcher, process.execPath, '-e', limitOf]
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' })
  expect(Number(stdout.replace('unlimited', 'Infinity'))).toBeGreaterThanOrEqual(files)
})

test('what the system does not allow has no launcher', () => {
  expect(launcherFor(2 ** 40)).toBe(hardLimit() === Infinity ? [] : null)
})
