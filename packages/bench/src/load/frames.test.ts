import { describe, expect, test } from 'vitest'
import {
  createFrameReader,
  FrameFault,
  maskedFrame,
  opcodes,
  unmaskedFrame,
  writeMaskedDigits,
  writeMaskedHex,
} from './frames.ts'

const mask = Buffer.from([0x12, 0xab, 0x07, 0xf0])

function unmask(frame: Buffer): string {
  const short = (frame[1] ?? 0) & 0x7f
  const maskAt = short < 126 ? 2 : short === 126 ? 4 : 10
  const key = frame.subarray(maskAt, maskAt + 4)
  return Buffer.from(frame.subarray(maskAt + 4).map((byte, index) => byte ^ (key[index & 3] ?? 0))).toString()
}

const texts = ['', 'a', 'b'.repeat(125), 'c'.repeat(126), 'd'.repeat(65_535), 'e'.repeat(65_536), 'end']
const stream = Buffer.concat(texts.map((text) => unmaskedFrame(opcodes.text, Buffer.from(text))))

function read(chunks: Iterable<Buffer>): string[] {
  const seen: string[] = []
  const push = createFrameReader((opcode, bytes, start, end) => {
    expect(opcode).toBe(opcodes.text)
    seen.push(bytes.toString('latin1', start, end))
  })
  for (const chunk of chunks) push(chunk, chunk.length)
  return seen
}

describe('incoming frames', () => {
  test('frames of every length form come out whole from one chunk', () => {
    expect(read([stream])).toEqual(texts)
  })

  test.each([61, 1000, 65_536])('chunks of %i bytes change nothing', (size) => {
    const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.subarray(index * size, (index + 1) * size),
    )
    expect(read(chunks)).toEqual(texts)
  })

  test('a cut at every byte of two short frames changes nothing', () => {
    const two = Buffer.concat(['one', 'x'.repeat(200)].map((text) => unmaskedFrame(1, Buffer.from(text))))
    for (let cut = 0; cut <= two.length; cut++) {
      expect(read([two.subarray(0, cut), two.subarray(cut)])).toEqual(['one', 'x'.repeat(200)])
    }
  })

  test('a chunk buffer that is used again does not spoil what was carried over', () => {
    const frame = unmaskedFrame(1, Buffer.from('carried'))
    const shared = Buffer.alloc(64)
    const seen: string[] = []
    const push = createFrameReader((_, bytes, start, end) => seen.push(bytes.toString('latin1', start, end)))
    frame.copy(shared, 0, 0, 5)
    push(shared, 5)
    shared.fill(0)
    frame.copy(shared, 0, 5)
    push(shared, frame.length - 5)
    expect(seen).toEqual(['carried'])
  })

  test('a fragmented frame is refused', () => {
    expect(() => read([Buffer.from([0x01, 0x01, 0x61])])).toThrow(FrameFault)
  })

  test('a masked frame from the server is refused', () => {
    expect(() => read([maskedFrame(1, Buffer.from('a'), mask).bytes])).toThrow(FrameFault)
  })
})

describe('outgoing frames', () => {
  test.each([0, 125, 126, 65_535, 65_536])('a payload of %i bytes is masked and can be unmasked', (size) => {
    const frame = maskedFrame(opcodes.text, Buffer.alloc(size, 'z'), mask)
    expect((frame.bytes[1] ?? 0) & 0x80).toBe(0x80)
    expect(unmask(frame.bytes)).toBe('z'.repeat(size))
  })

  test('digits are written over the masked payload in place', () => {
    const frame = maskedFrame(opcodes.text, Buffer.from('n=00000,h=0000!'), mask)
    writeMaskedDigits(frame.bytes, frame, 2, 5, 9042)
    writeMaskedHex(frame.bytes, frame, 10, 4, 0xbe7)
    expect(unmask(frame.bytes)).toBe('n=09042,h=0be7!')
  })
})
