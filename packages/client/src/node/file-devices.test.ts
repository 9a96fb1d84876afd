import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileDevices } from './file-devices.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-devices-'))
})
afterEach(() => rm(folder, { recursive: true }))

const path = () => join(folder, 'below', 'devices.json')

describe('the devices in a file', () => {
  it('are there for the next process, whatever the keys are', async () => {
    const devices = fileDevices(path())
    expect(await devices.getItem('a')).toBeNull()
    await Promise.all(['a', 'b', '__proto__', 'a'].map((key, at) => devices.setItem(key, `token ${at}`)))
    const next = fileDevices(path())
    const kept = await Promise.all(['a', 'b', '__proto__', 'toString'].map((key) => next.getItem(key)))
    expect(kept).toEqual(['token 3', 'token 1', 'token 2', null])
  })

  it('are readable by their owner only', async () => {
    await fileDevices(path()).setItem('a', 'token')
    expect((await stat(path())).mode & 0o777).toBe(0o600)
  })

  it.each(['no JSON', 'null', '[]', '"a"', '{"a":1}'])(
    'refuse a file that keeps none, and leave it alone: %s',
    async (content) => {
      const file = join(folder, 'devices.json')
      await writeFile(file, content)
      const devices = fileDevices(file)
      await expect(devices.getItem('a')).rejects.toThrow()
      await expect(devices.setItem('a', 'token')).rejects.toThrow()
      expect(await readFile(file, 'utf8')).toBe(content)
    },
  )
})
