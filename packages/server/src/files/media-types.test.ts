// What content is, by its bytes alone.
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { html, picture, svg } from '../../test/file-samples.ts'
import { mediaTypes } from './media-types.ts'

/** The type of content that comes in pieces, which must pass unchanged. */
async function typeOf(content: Uint8Array, size = content.length || 1): Promise<string> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size)
  }
  const watched = mediaTypes.watch(pieces())
  const passed = Buffer.concat(await Readable.from(watched.content).toArray())
  expect(passed.equals(content)).toBe(true)
  return watched.mediaType()
}
const text = (content: string) => Buffer.from(content)

describe('content with a mark is what the mark says', () => {
  test.each(['png', 'jpeg', 'gif', 'webp', 'avif'] as const)('%s', async (format) => {
    expect(await typeOf(await picture(format, { width: 9, height: 9 }), 100)).toBe(`image/${format}`)
  })

  test.each([
    ['application/pdf', text('%PDF-1.7\n')],
    ['application/zip', Buffer.from([0x50, 0x4b, 3, 4, ...new Uint8Array(30)])],
    [
      'audio/mpeg',
      Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0x7f, 0x7f, 0x7f, 0x7f, ...new Uint8Array(70_000)]),
    ],
    ['video/mp4', Buffer.concat([Buffer.from([0, 0, 0, 24]), text('ftypisom'), Buffer.alloc(12)])],
    ['audio/ogg', Buffer.concat([text('OggS'), Buffer.alloc(24), text('\x01vorbis'), Buffer.alloc(40)])],
  ])('%s', async (type, content) => {
    expect(await typeOf(content)).toBe(type)
  })
})

describe('content without a mark', () => {
  test.each([
    ['plain', text('hello')],
    ['Cyrillic', text('Привет, мир\n\tи ещё строка\r\n')],
    ['emoji', text('👍🏽'.repeat(9_000))],
    ['HTML', text(html)],
    ['SVG', text(svg)],
  ])('is text if all of it is: %s', async (_, content) => {
    for (const size of [1, 2, 3, 5, 4096, content.length])
      expect(await typeOf(content, size)).toBe('text/plain')
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'text/plain'],
    ['a zero byte', text('hello\0'), 'application/octet-stream'],
    ['a control character', text('hel\x01lo'), 'application/octet-stream'],
    ['half a character at the end', text('Привет').subarray(0, -1), 'application/octet-stream'],
    ['Latin-1', Buffer.from('Grüße', 'latin1'), 'application/octet-stream'],
    [
      'bad bytes far behind',
      Buffer.concat([Buffer.alloc(300_000, 'a'), Buffer.from([0xff])]),
      'application/octet-stream',
    ],
  ])('with %s', async (_, content, type) => {
    expect(await typeOf(content, 1000)).toBe(type)
  })

  test.each(['\x89PNG', 'GIF89a', 'RIFF', '\x1f\x8b', 'ftyp', 'PK\x03\x04', '\x00\x00\x00\x0cjP  '])(
    'that only begins like something breaks nothing: %j',
    async (beginning) => {
      expect(await typeOf(Buffer.from(beginning, 'latin1'))).toMatch(/^[a-z]+\/[\w.+-]+$/)
    },
  )
})
