// The file that PostgreSQL writes its own log to. PostgreSQL appends through a descriptor it was given, so the file is
// shortened in place, never renamed: also a server that outlives us keeps writing to the right one.
import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

const maxBytes = 8 * 1024 * 1024

/** Keeps at most two files of about 8 MB: the current one and the one before (`.1`). */
export function shortenServerLog(path: string): void {
  if (serverLogSize(path) <= maxBytes) return
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

/** In bytes; 0 if there is none yet. */
export function serverLogSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** The last lines written after `offset`: what a start that failed had to say. */
export function serverLogSince(path: string, offset: number): string {
  const length = Math.min(serverLogSize(path) - offset, 4096)
  if (length <= 0) return ''
  const buffer = Buffer.alloc(length)
  const descriptor = openSync(path, 'r')
  try {
    readSync(descriptor, buffer, 0, length, serverLogSize(path) - length)
  } finally {
    closeSync(descriptor)
  }
  return buffer.toString('utf8').trim().split('\n').slice(-8).join('\n')
}
