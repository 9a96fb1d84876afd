// F10 F11: pictures that are attacks, sent to the whole server over HTTP: whoever sends them is answered, and the pictures of others are read
// meanwhile.
import { type File, limits } from '@parley/protocol'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FilePerson, formOf, type Part, settled } from '../../../test/file-people.ts'
import { picture, svg } from '../../../test/file-samples.ts'
import { startTestServer, type TestServer } from '../../../test/harness.ts'
import {
  largeSquare,
  longText,
  manyFrames,
  manyScans,
  oneColumn,
  oneLine,
  profileBomb,
  textBomb,
} from '../../../test/picture-bombs.ts'

interface Size {
  readonly width: number
  readonly height: number
}

interface Attack {
  readonly what: string
  readonly make: () => Buffer | Promise<Buffer>
  /** What it is shown as: null for what is a file like any other. */
  readonly shown: Size | null
}

const tiny = { width: 8, height: 8 }
const attacks: readonly Attack[] = [
  { what: 'a PNG of 49,000,000 by 1', make: oneLine, shown: null },
  { what: 'a PNG of 1 by 49,000,000', make: oneColumn, shown: null },
  { what: 'a PNG of 12,000 by 12,000', make: largeSquare, shown: null },
  {
    what: 'most of a JPEG',
    make: async () => {
      const whole = await sharp({
        create: {
          ...{ width: 3_000, height: 2_000, channels: 3, background: 'grey' },
          noise: { type: 'gaussian', mean: 128, sigma: 30 },
        },
      })
        .jpeg()
        .toBuffer()
      return whole.subarray(0, Math.floor(whole.length * 0.7))
    },
    shown: null,
  },
  { what: 'a JPEG of a thousand scans', make: () => manyScans(500, 1_000), shown: null },
  { what: 'a GIF of 10,000 frames', make: () => manyFrames('gif', 10_000), shown: tiny },
  { what: 'an SVG that is called a PNG', make: () => Buffer.from(svg), shown: null },
  { what: 'a PNG with 20 MB of text', make: longText, shown: tiny },
  { what: 'a PNG with 640 MB of text, compressed', make: textBomb, shown: tiny },
  { what: 'a PNG with a profile of 64 MB, compressed', make: profileBomb, shown: tiny },
]

let server: TestServer
let mallory: FilePerson
let ada: FilePerson
beforeAll(async () => {
  server = await startTestServer()
  mallory = await FilePerson.arrive(server, 'mallory')
  ada = await FilePerson.arrive(server, 'ada')
})
afterAll(() => server?.stop())

/** The file, where the upload was not refused. Throws for an answer that is neither. */
async function sendAttack(content: Buffer): Promise<File | null> {
  const part: Part = { name: 'cat.png', type: 'image/png', content }
  const form = formOf({ file: part })
  const { status, body } = await mallory.sendForm<{ file: File; code: string }>('POST', '/files', form)
  if (status === 201) return body.file
  expect([status >= 400 && status < 500, body.code]).toEqual([true, expect.any(String)])
  return null
}

/** The small picture of the file, as large as it is. */
async function thumbnailOf(person: FilePerson, file: File): Promise<Size | null> {
  const response = await person.fetch(`/files/${file.id}/thumbnail`)
  if (response.status === 404) return null
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp'])
  const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  return { width, height }
}

/** Uploads an ordinary picture, whose preview must be there within seconds. */
async function mustSeeOwn(): Promise<void> {
  const content = await picture('jpeg', { width: 1_280, height: 640 })
  const file = await ada.upload({ name: 'holiday.jpg', content })
  const expected = { width: limits.thumbnailSide, height: limits.thumbnailSide / 2 }
  await expect.poll(() => thumbnailOf(ada, file)).toEqual(expected)
}

async function mustLive(): Promise<void> {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
}

describe('F10 F11: a picture that is an attack', () => {
  test.each(attacks)(
    '$what, is answered, shown as it is or not at all, and delays nobody',
    async (attack) => {
      const file = await sendAttack(await attack.make())
      await mustSeeOwn()
      await mustLive()
      if (file === null) return
      const read = await settled(server, mallory, file)
      const { width, height, has_thumbnail } = read
      const { shown } = attack
      expect({ width, height, has_thumbnail }).toEqual({
        width: shown?.width ?? null,
        height: shown?.height ?? null,
        has_thumbnail: shown !== null,
      })
      expect(await thumbnailOf(mallory, file)).toEqual(shown)
    },
  )

  test('in company of all others delays nobody', async () => {
    const contents = await Promise.all(attacks.map(({ make }) => make()))
    const files: (File | null)[] = []
    for (const content of contents) files.push(await sendAttack(content))
    await mustSeeOwn()
    await mustLive()
    const last = files.findLast((file) => file !== null)
    if (last !== undefined && last !== null) await settled(server, mallory, last)
    const thumbnails = await Promise.all(files.map((file) => file && thumbnailOf(mallory, file)))
    expect(thumbnails).toEqual(attacks.map(({ shown }) => shown))
  })
})
