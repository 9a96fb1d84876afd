// Numbers of messages are one to one with places in blocks, whatever the blocks are.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseOf, blockOf, maxMessageNumber, messagesPerBlock, numberIn, seqIn } from './message-number.ts'

const lastBlock = Math.floor(maxMessageNumber / messagesPerBlock) - 1
/** As the database gives it to the block that is made after so many others. */
const baseAfter = (made: number): number => 1 + made * messagesPerBlock
const chatId = 'a chat'
const anySeq = fc.integer({ min: 1, max: 10_000_000 })
const anyCount = fc.integer({ min: 0, max: lastBlock })

test('D7: a number leads back to the place that it was made of, and fits 32 bits with a sign', () => {
  const back = fc.property(anySeq, anyCount, (seq, made) => {
    const block = { chatId, block: blockOf(seq), base: baseAfter(made) }
    const number = numberIn(block, seq)
    expect(number | 0).toBe(number)
    expect(number).toBeGreaterThan(0)
    expect(baseOf(number)).toBe(block.base)
    expect(seqIn(block, number)).toBe(seq)
  })
  fc.assert(back, {
    examples: [
      [1, 0],
      [256, lastBlock],
      [257, 0],
      [10_000_000, lastBlock],
    ],
  })
})

test('D7: numbers rise with seq where bases rise with the block', () => {
  const rising = fc.property(anySeq, fc.array(anyCount, { minLength: 4, maxLength: 4 }), (first, made) => {
    const bases = [...new Set(made)].toSorted((a, b) => a - b).map(baseAfter)
    const start = blockOf(first)
    const numbers: number[] = []
    for (let seq = first; blockOf(seq) - start < bases.length; seq += 1) {
      const base = bases[blockOf(seq) - start] ?? Number.NaN
      numbers.push(numberIn({ chatId, block: blockOf(seq), base }, seq))
    }
    return (
      numbers.length > 0 &&
      numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
    )
  })
  fc.assert(rising)
})
