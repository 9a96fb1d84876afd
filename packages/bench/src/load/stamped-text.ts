// The text of the generator's messages: who sent it and when it was meant to be sent, then filler up to the wanted length.
import { type MaskedFrame, writeMaskedDigits } from './frames.ts'

/** `@` and the time in microseconds, `:` and the sender's number. */
const stampDigits = 14
const senderDigits = 6
const stampAt = 1
const senderAt = stampAt + stampDigits + 1
const filler = ' the quick brown fox jumps over the lazy dog'

export const stampedTextStart = '@'
export const shortestStampedText = senderAt + senderDigits

/** The text with its time still zero. */
export function stampedText(sender: number, length: number): string {
  const head = `${stampedTextStart}${'0'.repeat(stampDigits)}:${String(sender).padStart(senderDigits, '0')}`
  return head + filler.repeat(Math.ceil(length / filler.length)).slice(0, length - head.length)
}

/** Writes the time into a masked send. `textAt` counts from the payload's beginning. */
export const writeStamp = (bytes: Buffer, frame: MaskedFrame, textAt: number, micros: number): void =>
  writeMaskedDigits(bytes, frame, textAt + stampAt, stampDigits, micros)

export const readStamp = (bytes: Buffer, textAt: number): number =>
  readDigits(bytes, textAt + stampAt, stampDigits)

export const readSender = (bytes: Buffer, textAt: number): number =>
  readDigits(bytes, textAt + senderAt, senderDigits)

function readDigits(bytes: Buffer, at: number, digits: number): number {
  let value = 0
  for (let index = at; index < at + digits; index++) value = value * 10 + ((bytes[index] ?? 0) - 0x30)
  return value
}
