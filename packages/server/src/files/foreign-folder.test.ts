// What of another program's folder can be read, and that nothing outside of it can.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openForeignFolder } from './foreign-folder.ts'

let place: string
let media: string
beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'parley-media-')))
  media = join(place, 'media')
  mkdirSync(join(media, 'messages'), { recursive: true })
  writeFileSync(join(media, 'messages/a.txt'), 'within')
  writeFileSync(join(place, 'secret'), 'outside')
  mkdirSync(join(place, 'media-other'))
  writeFileSync(join(place, 'media-other/b.txt'), 'beside')
})
afterEach(() => rmSync(place, { recursive: true }))

const reasonFor = async (path: string) => {
  const folder = await openForeignFolder(media)
  return folder.open(path).then(
    async ({ size, stream }) => ({ size, text: await text(stream) }),
    (error: { reason?: string }) => error.reason,
  )
}

test.each(['messages/a.txt', './messages//a.txt', 'messages/../messages/a.txt'])(
  'T6 T7: %s is in the folder',
  async (path) => {
    expect(await reasonFor(path)).toEqual({ size: 6, text: 'within' })
  },
)

test('T7: a folder that is named by a link is the one it leads to, and a link within stays within', async () => {
  symlinkSync(media, join(place, 'link'))
  symlinkSync('messages/a.txt', join(media, 'c.txt'))
  media = join(place, 'link')
  expect(await reasonFor('c.txt')).toEqual({ size: 6, text: 'within' })
})

test('T7: no path leads out, neither by dots nor from the root nor by a link, be it of a file or of a folder', async () => {
  symlinkSync(join(place, 'secret'), join(media, 'file-link'))
  symlinkSync(place, join(media, 'messages/folder-link'))
  symlinkSync('/etc', join(media, 'etc'))
  const paths = [
    '../secret',
    'messages/../../secret',
    '../media-other/b.txt',
    join(place, 'secret'),
    join(media, 'messages/a.txt'),
    'file-link',
    'messages/folder-link/secret',
    'etc/hosts',
    '..',
    '.',
    '',
    'messages/a.txt\0',
  ]
  for (const path of paths) expect([path, await reasonFor(path)]).toEqual([path, 'file_outside'])
})

test('T7: what is missing, and what is no file, is told apart, and keeps nobody waiting', async () => {
  symlinkSync('loop', join(media, 'loop'))
  for (const path of ['none', 'messages/a.txt/b', 'x'.repeat(5_000)])
    expect([path, await reasonFor(path)]).toEqual([path, 'file_missing'])
  expect(await reasonFor('messages')).toBe('file_unreadable')
  expect(await reasonFor('loop')).toBe('file_outside')
  if (process.platform === 'win32') return
  spawnSync('mkfifo', [join(media, 'pipe')])
  expect(await reasonFor('pipe')).toBe('file_unreadable')
})
