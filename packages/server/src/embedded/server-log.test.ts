// Bounds on PostgreSQL's log file.
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serverLogSince, serverLogSize, shortenServerLog } from './server-log.ts'
import { temporaryFolder } from './test/folders.ts'

test('a long log moves aside while a server keeps appending to it', () => {
  const path = join(temporaryFolder(), 'postgres.log')
  const server = openSync(path, 'a')
  writeSync(server, Buffer.alloc(9 * 1024 * 1024, 'x'))
  shortenServerLog(path)
  writeSync(server, 'after\n')
  closeSync(server)
  expect(readFileSync(path, 'utf8')).toBe('after\n')
  expect(statSync(`${path}.1`).size).toBe(9 * 1024 * 1024)
})

test('a short or missing log stays as it is', () => {
  const path = join(temporaryFolder(), 'postgres.log')
  shortenServerLog(path)
  expect(serverLogSize(path)).toBe(0)
  writeFileSync(path, 'short\n')
  shortenServerLog(path)
  expect(readFileSync(path, 'utf8')).toBe('short\n')
})

test('only the last lines of the latest start are told', () => {
  const path = join(temporaryFolder(), 'postgres.log')
  writeFileSync(path, 'before\n')
  const start = serverLogSize(path)
  expect(serverLogSince(path, start)).toBe('')
  appendFileSync(path, Array.from({ length: 500 }, (_, n) => `line ${n} ${'.'.repeat(40)}\n`).join(''))
  const words = serverLogSince(path, start).split('\n')
  expect(words).toHaveLength(8)
  expect(words.at(-1)).toMatch(/^line 499 /)
})
