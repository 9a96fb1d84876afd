// Pictures: measured, made small, cut, and refused when they are none, by a process that no picture can make harm anybody.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bomb, picture, svg, turnedPhoto } from '../../test/file-samples.ts'
import {
  manyFrames,
  manyScans,
  muchMetadata,
  oneColumn,
  oneLine,
  profileBomb,
  textBomb,
} from '../../test/picture-bombs.ts'
import { createImages } from './images.ts'
import { type Launch, launchDirectly } from './picture-launch.ts'
import type { ReaderOptions } from './picture-reader.ts'
import { startStarter } from './picture-starter.ts'

const images = createImages()
afterAll(() => images.close())

const opening = (bytes: Uint8Array) => async () => ({ size: bytes.length, stream: Readable.from([bytes]) })
const metadata = async (bytes: Uint8Array | null | undefined) => {
  const { format, width, height, exif, icc } = await sharp(Buffer.from(bytes ?? [])).metadata()
  return { format, width, height, exif, icc }
}
const bare = { exif: undefined, icc: undefined }
const small = () => picture('png', { width: 30, height: 20 })
const preview = async (bytes: Uint8Array) => images.preview('ada', opening(bytes))

describe('a preview', () => {
  test('measures the picture as it is shown, and keeps its shape', async () => {
    const made = await preview(await turnedPhoto({ width: 900, height: 1800 }))
    expect(made?.dimensions).toEqual({ width: 900, height: 1800 })
    expect(await metadata(made?.thumbnail)).toEqual({ format: 'webp', width: 320, height: 640, ...bare })
  })

  test('enlarges nothing', async () => {
    const made = await preview(await small())
    expect(await metadata(made?.thumbnail)).toEqual({ format: 'webp', width: 30, height: 20, ...bare })
  })

  test.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)('is made of %s', async (format) => {
    const made = await preview(await picture(format, { width: 50, height: 40 }))
    expect(made?.dimensions).toEqual({ width: 50, height: 40 })
  })

  test('of a moving picture is its first one', async () => {
    const frames = Buffer.alloc(10 * 40 * 3, 90)
    const gif = await sharp(frames, { raw: { width: 10, height: 40, channels: 3, pageHeight: 20 } })
      .gif()
      .toBuffer()
    expect((await preview(gif))?.dimensions).toEqual({ width: 10, height: 20 })
  })

  test('of a picture with sides as long as may be is made, of a longer one not', async () => {
    const line = (width: number) => picture('png', { width, height: 3 })
    expect((await preview(await line(16_384)))?.dimensions).toEqual({ width: 16_384, height: 3 })
    expect(await preview(await line(16_385))).toBeNull()
  })
})

describe('an avatar', () => {
  test('is the middle of the picture', async () => {
    const plain = (width: number, background: string) => ({
      create: { width, height: 100, channels: 3 as const, background },
    })
    const wide = await sharp(plain(300, 'red'))
      .composite([{ input: plain(100, 'blue'), left: 100, top: 0 }])
      .png()
      .toBuffer()
    const avatar = await images.avatar('ada', opening(wide))
    expect(await metadata(avatar)).toEqual({ format: 'webp', width: 256, height: 256, ...bare })
    const [r, , b] = await sharp(Buffer.from(avatar ?? []))
      .extract({ left: 4, top: 4, width: 1, height: 1 })
      .raw()
      .toBuffer()
    expect([(r ?? 0) < 30, (b ?? 0) > 220]).toEqual([true, true])
  })
})

describe('F10: no picture', () => {
  test.each([
    ['49 million pixels in a line', async () => oneLine()],
    ['49 million pixels in a column', async () => oneColumn()],
    ['more pixels than may be', bomb],
    ['a picture with more scans than make sense', () => manyScans(500, 1000)],
    ['half a picture', async () => (await picture('jpeg', { width: 400, height: 400 })).subarray(0, 800)],
    ['nothing', async () => Buffer.alloc(0)],
    ['a text', async () => Buffer.from('text')],
    ['an SVG', async () => Buffer.from(svg)],
    [
      'a TIFF, which is not taken',
      () =>
        sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .tiff()
          .toBuffer(),
    ],
  ])('is %s', async (_, make) => {
    const bytes = await make()
    const before = images.pid()
    expect(await preview(bytes)).toBeNull()
    expect(await images.avatar('ada', opening(bytes))).toBeNull()
    // It was refused, and broke nothing.
    if (before !== undefined) expect(images.pid()).toBe(before)
  })
})

describe('F10: a picture that hides something dear is one, by what is shown of it:', () => {
  test.each([
    ['thousands of GIF frames', () => manyFrames('gif', 3000), { width: 8, height: 8 }],
    ['thousands of WebP frames', () => manyFrames('webp', 3000), { width: 8, height: 8 }],
    ['texts that unpack to 640 MB', async () => textBomb(), { width: 8, height: 8 }],
    ['a profile that unpacks to 64 MB', async () => profileBomb(), { width: 8, height: 8 }],
    ['megabytes of metadata', () => muchMetadata(200), { width: 40, height: 30 }],
  ])('%s', async (_, make, dimensions) => {
    const made = await preview(await make())
    expect(made?.dimensions).toEqual(dimensions)
    expect(await metadata(made?.thumbnail)).toMatchObject({ ...dimensions, ...bare })
  })
})

/** Somebody else, where this is root. */
const identity =
  process.getuid?.() === 0
    ? { uid: 61_234, gid: 61_235 }
    : { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 }

interface Launcher {
  readonly launch: Launch
  close(): void
}

const launchers: readonly (readonly [string, () => Launcher])[] = [
  ['by the server', () => ({ launch: launchDirectly(), close() {} })],
  ...(process.platform === 'win32'
    ? []
    : [['by the starter', () => startStarter(identity, (how) => expect.fail(how))] as const]),
]

/** Pictures of their own, which are closed whatever happens. */
async function withImages<T>(
  options: Partial<ReaderOptions>,
  work: (own: ReturnType<typeof createImages>) => Promise<T>,
): Promise<T> {
  const own = createImages(options)
  try {
    return await work(own)
  } finally {
    own.close()
  }
}

const isAlive = (pid: number | undefined): boolean => {
  if (pid === undefined) return false
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Some tenths of a second of work. */
const large = () => picture('png', { width: 7_000, height: 7_000 })

describe.each(launchers)('F10: the process that reads pictures, started %s,', (_, open) => {
  let launcher: Launcher
  beforeEach(() => {
    launcher = open()
  })
  afterEach(() => launcher.close())
  const withOwn = <T>(
    options: Partial<ReaderOptions>,
    work: (own: ReturnType<typeof createImages>) => Promise<T>,
  ) => withImages({ launch: launcher.launch, ...options }, work)

  test('is there from the first picture on, and ends when it has nothing to do', () =>
    withOwn({ idle: 1 }, async (own) => {
      expect(own.pid()).toBeUndefined()
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
      await expect.poll(() => own.pid()).toBeUndefined()
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
    }))

  test('is ended by a picture that takes too long, which is none then; the next one is read', () =>
    withOwn({ patience: 2_000 }, async (own) => {
      const stream = new Readable({ read() {} })
      stream.push('GIF89a, and no more')
      expect(await own.preview('ada', async () => ({ size: 100, stream }))).toBeNull()
      expect(stream.destroyed).toBe(true)
      await expect.poll(async () => own.preview('ada', opening(await small()))).not.toBeNull()
    }))

  test('is ended by a picture that takes too much memory', () =>
    withOwn({ memory: 150_000_000 }, async (own) => {
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
      const before = own.pid()
      // Read in one piece, because it comes in passes.
      const passes = await sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: 'red' } })
        .png({ progressive: true })
        .toBuffer()
      expect(await own.preview('ada', opening(passes))).toBeNull()
      await expect.poll(() => isAlive(before)).toBe(false)
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
    }))

  test('may be killed in the middle of a picture, which is none then', () =>
    withOwn({}, async (own) => {
      await own.preview('ada', opening(await small()))
      const reading = own.preview('ada', opening(await large()))
      process.kill(own.pid() ?? 0, 'SIGSEGV')
      expect(await reading).toBeNull()
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
    }))

  test('may be killed while nothing is read', () =>
    withOwn({}, async (own) => {
      await own.preview('ada', opening(await small()))
      const before = own.pid()
      process.kill(before ?? 0, 'SIGKILL')
      await expect.poll(() => own.pid()).toBeUndefined()
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
    }))

  test('leaves what it reads when it is closed: then nothing is known of that picture', async () => {
    const own = createImages({ launch: launcher.launch })
    await own.preview('ada', opening(await small()))
    const [pid, reading] = [own.pid(), own.preview('ada', opening(await large()))]
    own.close()
    await expect(reading).rejects.toThrow('not read any more')
    await expect(own.preview('ada', opening(await small()))).rejects.toThrow('not read any more')
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  test('is not believed in with bytes that cannot be fetched, break off or are too many', () =>
    withOwn({}, async (own) => {
      const bytes = await small()
      const away = async () => {
        throw new Error('the disk is away')
      }
      async function* cut() {
        yield bytes.subarray(0, 20)
        throw new Error('the disk went')
      }
      await expect(own.preview('ada', away)).rejects.toThrow('the disk is away')
      const breaking = async () => ({ size: bytes.length, stream: Readable.from(cut()) })
      await expect(own.preview('ada', breaking)).rejects.toThrow('the disk went')
      for (const size of [bytes.length + 1, bytes.length - 1]) {
        const lying = async () => ({ size, stream: Readable.from([bytes]) })
        await expect(own.preview('ada', lying)).rejects.toThrow('not as long')
      }
      expect(await own.preview('ada', opening(bytes))).not.toBeNull()
    }))
})

describe('F10: a process that reads pictures', () => {
  test('says why when it cannot start, and that is no fault of the picture', () =>
    withImages({ launch: launchDirectly({ uid: -1, gid: -1 }) }, async (own) => {
      await expect(own.preview('ada', opening(await small()))).rejects.toThrow(/did not start: .+/s)
    }))
})

describe.runIf(process.platform === 'linux')('F10: the process that reads pictures on Linux', () => {
  const factsOf = async (pid: number | undefined) => {
    const folder = `/proc/${pid}`
    const [environment, status, score] = await Promise.all(
      ['environ', 'status', 'oom_score_adj'].map((name) => readFile(`${folder}/${name}`, 'utf8')),
    )
    const names = await readdir(`${folder}/fd`)
    const descriptors = await Promise.all(
      names.map((name) => readlink(`${folder}/fd/${name}`).catch(() => '')),
    )
    return { environment, status, score, descriptors, folder: await readlink(`${folder}/cwd`) }
  }

  test.each(launchers)(
    'started %s, has no environment, no descriptors of the server, a low priority, and goes first when memory runs out',
    async (_, open) => {
      const launcher = open()
      await withImages({ launch: launcher.launch }, async (own) => {
        await own.preview('ada', opening(await small()))
        const { environment, score, descriptors, folder } = await factsOf(own.pid())
        expect(environment).toBe('')
        expect(folder).toBe('/')
        expect(score).toBe('1000\n')
        expect(getPriority(own.pid())).toBe(10)
        // Its three pipes and what its own event loops are made of.
        const foreign = descriptors.filter((name) => !/^(anon_inode:|pipe:|\/dev\/null|$)/.test(name))
        expect(foreign.filter((name) => name.startsWith('socket:')).length).toBeLessThanOrEqual(3)
        expect(foreign.filter((name) => !name.startsWith('socket:'))).toEqual([])
      }).finally(() => launcher.close())
    },
  )

  test.runIf(process.getuid?.() === 0).each([
    ['by the server', () => ({ launch: launchDirectly(identity), close() {} })],
    ['by the starter', () => startStarter(identity, (how) => expect.fail(how))],
  ])('started %s, has the identity that it was given, and no group besides', async (_, open) => {
    const launcher = open()
    await withImages({ launch: launcher.launch }, async (own) => {
      expect(await own.preview('ada', opening(await small()))).not.toBeNull()
      const { status } = await factsOf(own.pid())
      expect(status).toMatch(/^Uid:\t61234\t61234\t61234\t61234$/m)
      expect(status).toMatch(/^Gid:\t61235\t61235\t61235\t61235$/m)
      expect(status).toMatch(/^Groups:\t ?$/m)
    }).finally(() => launcher.close())
  })
})
