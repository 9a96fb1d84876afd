// Finding PostgreSQL's programs, and bringing them within reach of another uid.
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findBinaries } from './binaries.ts'
import { run } from './run.ts'
import { temporaryFolder } from './test/folders.ts'

const asRoot = process.getuid?.() === 0
const nobody = { uid: 65_534, gid: 65_534 }
const log = () => {}

/** A copy of this machine's package in a folder that only its owner enters. */
async function privatePackage(home: string): Promise<string> {
  const { postgres } = await findBinaries(undefined, log)
  const original = dirname(dirname(dirname(postgres)))
  mkdirSync(home, { mode: 0o700 })
  cpSync(original, join(home, 'package'), { recursive: true, verbatimSymlinks: true })
  return join(home, 'package', 'native')
}

test('links that the installation did not make are made', async () => {
  const native = await privatePackage(join(temporaryFolder(), 'home'))
  const library = join(native, 'lib')
  for (const name of readdirSync(library)) if (/\.so\.60$/.test(name)) rmSync(join(library, name))
  const { postgres } = await findBinaries(undefined, log, [], native)
  const { code, output } = await run(postgres, ['--version'], { identity: undefined, cwd: '/' })
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('PostgreSQL') })
})

describe.runIf(asRoot)('as root', () => {
  test('programs within reach are used where they are, others are copied once and work', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    const place = join(folder, 'shared')
    const native = await privatePackage(join(folder, 'home'))
    chmodSync(join(native, 'bin', 'initdb'), 0o700)

    const first = await findBinaries(nobody, log, [place], native)
    expect(dirname(first.postgres)).toBe(join(place, `postgresql-${first.version}`, 'bin'))
    const cluster = join(folder, 'cluster')
    mkdirSync(cluster)
    chmodSync(cluster, 0o777)
    const made = await run(first.initdb, ['-D', join(cluster, 'data'), '-A', 'reject'], {
      identity: nobody,
      cwd: '/',
    })
    expect(made).toMatchObject({ code: 0 })

    const copied = statSync(first.postgres).ino
    const second = await findBinaries(nobody, log, [place], native)
    expect(statSync(second.postgres).ino).toBe(copied)
    expect(readdirSync(place)).toHaveLength(1)

    chmodSync(join(folder, 'home'), 0o755)
    const third = await findBinaries(nobody, log, [place], native)
    expect(third.postgres).toBe(join(native, 'bin', 'postgres'))
  })

  test('a copy is never made where others could change it', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    const open = join(folder, 'open')
    mkdirSync(open)
    chmodSync(open, 0o777)
    const native = await privatePackage(join(folder, 'home'))
    await expect(findBinaries(nobody, log, [open], native)).rejects.toMatchObject({
      code: 'binaries_unusable',
      message: expect.stringContaining('cannot be run as uid 65534 (EACCES), nor from a copy'),
    })
    expect(readdirSync(open)).toEqual([])
    expect(existsSync(native)).toBe(true)
  })
})
