// Room for files: of one person and of all, announced or not, for those who come together.
import { describe, expect, test } from 'vitest'
import { createRoom, type Room, type RoomRules } from './room.ts'

const mega = 1_000_000

interface Disk {
  free: number
  readonly used: Map<string, number>
}

function roomOn(disk: Disk, rules: Partial<RoomRules>): Room {
  const ports = {
    fileStore: { free: async () => disk.free },
    files: { usage: async (ownerId: string) => disk.used.get(ownerId) ?? 0 },
  }
  return createRoom(ports, { quota: null, keptFree: 0, ...rules })
}

const outcomes = async (entering: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(entering)).map((each) => (each.status === 'fulfilled' ? 'in' : each.reason.code))

describe('F12: a person', () => {
  test('may have as many bytes as the quota says, what is on its way included', async () => {
    const disk: Disk = { free: 1000 * mega, used: new Map([['ada', 60]]) }
    const room = roomOn(disk, { quota: 100 })
    expect(await outcomes([room.enter('ada', 41)])).toEqual(['quota_exceeded'])
    const place = await room.enter('ada', 40)
    expect(await outcomes([room.enter('ada', 1), room.enter('grace', 100)])).toEqual(['quota_exceeded', 'in'])
    place.leave()
    expect(await outcomes([room.enter('ada', 1)])).toEqual(['in'])
  })

  test('who announces nothing, or too little, is stopped when the quota is reached, not before', async () => {
    for (const announced of [null, 10]) {
      const room = roomOn({ free: 1000 * mega, used: new Map() }, { quota: 100 })
      const place = await room.enter('ada', announced)
      await place.take(99)
      await place.take(1)
      await expect(place.take(1)).rejects.toMatchObject({ code: 'quota_exceeded', data: { limit: 100 } })
    }
  })
})

describe('F13: a disk', () => {
  test('keeps its floor free, however many come together', async () => {
    const disk: Disk = { free: 1000 * mega, used: new Map() }
    const room = roomOn(disk, { keptFree: 800 * mega })
    const twelve = Array.from({ length: 12 }, (_, index) => room.enter(`person ${index}`, 50 * mega))
    const found = await outcomes(twelve)
    expect(found.filter((each) => each === 'in')).toHaveLength(4)
    expect(found.filter((each) => each === 'storage_full')).toHaveLength(8)
  })

  test('is not counted twice for what has come', async () => {
    const disk: Disk = { free: 100 * mega, used: new Map() }
    const room = roomOn(disk, { keptFree: 20 * mega })
    const place = await room.enter('ada', 50 * mega)
    expect(await outcomes([room.enter('grace', 40 * mega)])).toEqual(['storage_full'])
    await place.take(50 * mega)
    disk.free -= 50 * mega
    expect(await outcomes([room.enter('grace', 30 * mega), room.enter('grace', 1)])).toEqual([
      'in',
      'storage_full',
    ])
  })

  test('that somebody else fills is seen while an upload comes', async () => {
    const disk: Disk = { free: 100 * mega, used: new Map() }
    const place = await roomOn(disk, { keptFree: 20 * mega }).enter('ada', 50 * mega)
    await place.take(5 * mega)
    disk.free = 30 * mega
    await expect(place.take(5 * mega)).rejects.toMatchObject({ code: 'storage_full' })
  })

  test('has room again when it was made', async () => {
    const disk: Disk = { free: 10 * mega, used: new Map() }
    const room = roomOn(disk, { keptFree: 20 * mega })
    await expect(room.enter('ada', 1)).rejects.toMatchObject({
      code: 'storage_full',
      data: { retryAfter: 300 },
    })
    disk.free = 30 * mega
    expect(await outcomes([room.enter('ada', 1)])).toEqual(['in'])
  })
})
