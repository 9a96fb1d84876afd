import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { readPipe } from './picture-frames.ts'

const mark = Buffer.from('0123456789abcdef')

test.each([
  ['at once', [Buffer.concat([mark, Buffer.from('after')])]],
  ['after what another process left', [Buffer.from('left'), Buffer.concat([mark, Buffer.from('after')])]],
  [
    'in pieces',
    [Buffer.from('0123 01'), Buffer.from('2345678'), Buffer.from('9abcdef'), Buffer.from('after')],
  ],
])('F10: what comes after the mark is read, where the mark comes %s', async (_, parts) => {
  const pipe = new PassThrough()
  for (const part of parts) pipe.write(part)
  const reader = readPipe(pipe)
  expect(await reader.skipPast(mark)).toBe(true)
  expect(String(await reader.read(5))).toBe('after')
})

test('F10: nothing is read where the mark never comes', async () => {
  const pipe = new PassThrough()
  pipe.end('0123456789abcde and no more')
  expect(await readPipe(pipe).skipPast(mark)).toBe(false)
})
