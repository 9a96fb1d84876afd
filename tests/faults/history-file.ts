// The file of JSON lines: written while the experiment runs, read by the checker afterwards.
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import type { Happening, HistoryLine } from './records.ts'

export type Note = (happening: Happening) => void

export interface HistoryWriter {
  /** After `close` it does nothing: clients that are being closed still tell of their ends. */
  readonly note: Note
  close(): void
}

const blockBytes = 64 * 1024

/** Lines leave in blocks, at once, so that memory stays bounded however fast they come. */
export function createHistoryWriter(path: string): HistoryWriter {
  const file = openSync(path, 'w')
  let block = ''
  let isOpen = true
  const flush = () => {
    writeSync(file, block)
    block = ''
  }
  return {
    note(happening) {
      if (!isOpen) return
      const line: HistoryLine = { t: Math.round(performance.now() * 1000) / 1000, ...happening }
      block += `${JSON.stringify(line)}\n`
      if (block.length >= blockBytes) flush()
    },
    close() {
      if (!isOpen) return
      isOpen = false
      flush()
      closeSync(file)
    },
  }
}

/** The lines of a file, one at a time: it may be larger than a string can be. */
export function* readHistory(path: string): Generator<HistoryLine> {
  const file = openSync(path, 'r')
  const decoder = new StringDecoder('utf8')
  const block = Buffer.alloc(blockBytes)
  let rest = ''
  try {
    for (let size = readSync(file, block); size > 0; size = readSync(file, block)) {
      const lines = (rest + decoder.write(block.subarray(0, size))).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield JSON.parse(line) as HistoryLine
    }
  } finally {
    closeSync(file)
  }
}
