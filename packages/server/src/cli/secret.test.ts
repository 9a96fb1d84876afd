// The secret that a data folder keeps.
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { keptSecret } from './secret.ts'

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-secret-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('is made once, privately, and stays', () => {
  const dataDir = join(temporaryFolder(), 'data')
  const secret = keptSecret(dataDir)
  expect(secret).toHaveLength(43)
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600)
  expect(keptSecret(dataDir)).toBe(secret)
  expect(keptSecret(temporaryFolder())).not.toBe(secret)
})

test('servers that start at the same time agree on one, and leave nothing else behind', async () => {
  const dataDir = temporaryFolder()
  const program =
    'const { keptSecret } = await import(process.argv[1]); console.log(keptSecret(process.argv[2]))'
  const secretModule = new URL('secret.ts', import.meta.url).href
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, secretModule, dataDir])
  const starts = await Promise.all([start(), start(), start(), start()])
  const kept = readFileSync(join(dataDir, 'secret'), 'utf8')
  expect(starts.map(({ stdout }) => stdout)).toEqual([kept, kept, kept, kept])
  expect(readdirSync(dataDir)).toEqual(['secret'])
})

test('a damaged one is reported, not replaced', () => {
  const dataDir = temporaryFolder()
  writeFileSync(join(dataDir, 'secret'), 'short\n')
  expect(() => keptSecret(dataDir)).toThrow(`${join(dataDir, 'secret')} is damaged`)
  expect(readFileSync(join(dataDir, 'secret'), 'utf8')).toBe('short\n')
})
