// The lock on a data folder, between threads of a process and between processes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { lockDataFolder } from './data-folder-lock.ts'
import { killHard, temporaryFolder } from './test/folders.ts'

/** Tries to lock the folder, says `held` or the fault's code, and waits to be killed. */
const contender = `
  const { lockDataFolder } = await import(process.argv[1])
  let lock
  try {
    lock = lockDataFolder(process.argv[2])
    console.log('held')
  } catch (error) {
    console.log(error.code)
  }
  setInterval(() => lock, 1000)
`

async function contend(dataDir: string) {
  const lockModule = new URL('data-folder-lock.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', contender, lockModule, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [answer] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, answer }
}

test('is exclusive within a process and free after its release', () => {
  const dataDir = temporaryFolder()
  const lock = lockDataFolder(dataDir)
  expect(() => lockDataFolder(dataDir)).toThrow(`Another Parley server (process ${process.pid})`)
  lock.release()
  lock.release()
  expect(existsSync(join(dataDir, 'server.pid'))).toBe(false)
  const again = lockDataFolder(dataDir)
  expect(() => lockDataFolder(dataDir)).toThrow('already uses the data folder')
  again.release()
})

test('of many processes that start at once exactly one gets it, and the next after it was killed', async () => {
  const dataDir = temporaryFolder()
  const contenders = await Promise.all([1, 2, 3, 4].map(() => contend(dataDir)))
  const holders = contenders.filter(({ answer }) => answer === 'held')
  expect(holders).toHaveLength(1)
  expect(contenders.map(({ answer }) => answer).sort()).toEqual([
    ...Array(3).fill('data_folder_in_use'),
    'held',
  ])

  for (const { child } of holders) await killHard(child)
  expect((await contend(dataDir)).answer).toBe('held')
})

test('a lock file that cannot be used is told apart from a held one', () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'server.lock'), 'this is no database, whatever wrote it here. '.repeat(40))
  expect(() => lockDataFolder(dataDir)).toThrow(
    `The data folder ${dataDir} (PARLEY_DATA_DIR) cannot be locked`,
  )
})
