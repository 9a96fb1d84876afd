// A file as an answer: what it may be taken for, under which name, which part of it, and for how long it may be kept.
import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { create as createDisposition } from 'content-disposition'
import { parse as parseRange } from 'range-parser'
import { AppError } from '../core/errors.ts'
import type { ByteRange, OpenedContent } from '../core/files/file-store.ts'
import type { FoundFile } from '../core/files/get-file.ts'
import type { Ports } from '../core/ports.ts'

/** Shown by browsers in place, because none of them can carry a script. Everything else is offered for saving. */
const shownInPlace: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'video/mp4',
  'video/webm',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
])

/** Never named as what they are: some program might run them. */
const active = /html|xml|script|svg|flash/

/** As range-parser says it of well-formed ranges that are not in the file. */
const unsatisfiable = 2

type Headers = Readonly<Record<string, string>>

export type WholeAnswer =
  | { readonly status: 200; readonly headers: Headers; readonly body: Readable }
  | { readonly status: 304; readonly headers: Headers; readonly body: null }
export type FileAnswer =
  | WholeAnswer
  | { readonly status: 206; readonly headers: Headers; readonly body: Readable }

type FilePorts = Pick<Ports, 'fileStore' | 'log'>

/**
 * Answers a request for a file that the person may get. Of its headers `Range`, `If-Range` and `If-None-Match` count. Throws
 * `range_not_satisfiable`, and `not_found` when the bytes are not where they should be.
 */
export async function answerFile(
  ports: FilePorts,
  found: FoundFile,
  request: IncomingHttpHeaders,
): Promise<FileAnswer> {
  const range = rangeOf(request, tagOf(found), found.file.size)
  if (range === null || isHeld(found, request)) return answerWhole(ports, found, request)
  const { stream } = await openFound(ports, found, range)
  const headers = {
    ...headersOf(found),
    'content-range': `bytes ${range.start}-${range.end}/${found.file.size}`,
    'content-length': String(range.end - range.start + 1),
  }
  return { status: 206, headers, body: stream }
}

/** As answerFile, without ranges: for what is small. */
export async function answerWhole(
  ports: FilePorts,
  found: FoundFile,
  request: IncomingHttpHeaders,
): Promise<WholeAnswer> {
  if (isHeld(found, request)) return { status: 304, headers: lastingHeaders(found), body: null }
  const { size, stream } = await openFound(ports, found)
  return { status: 200, headers: { ...headersOf(found), 'content-length': String(size) }, body: stream }
}

async function openFound(
  ports: FilePorts,
  { file, variant }: FoundFile,
  range?: ByteRange,
): Promise<OpenedContent> {
  const opened = await ports.fileStore.open(file.id, variant, range)
  if (opened !== null) return opened
  ports.log.error({ file_id: file.id, variant }, 'the content of a file is missing')
  throw new AppError('not_found')
}

const tagOf = ({ file, variant }: FoundFile): string =>
  variant === 'original' ? `"${file.id}"` : `"${file.id}.${variant}"`

const isHeld = (found: FoundFile, request: IncomingHttpHeaders): boolean =>
  namesTag(request['if-none-match'], tagOf(found))

const lastingHeaders = (found: FoundFile): Headers => ({
  etag: tagOf(found),
  'cache-control': cacheControl(found),
})

/** The bytes behind an id never change, but who may see them does: only avatars, which everybody may see, need no asking. */
const cacheControl = ({ access }: FoundFile): string =>
  access === 'avatar' ? 'private, max-age=86400' : 'private, no-cache'

function headersOf(found: FoundFile): Headers {
  const { file, variant } = found
  const type = variant === 'original' ? file.media_type : 'image/webp'
  const inPlace = shownInPlace.has(type)
  return {
    ...lastingHeaders(found),
    'content-type': servedType(type),
    'content-disposition': contentDisposition(inPlace ? 'inline' : 'attachment', file.name),
    'content-security-policy':
      "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-site',
    'accept-ranges': variant === 'original' ? 'bytes' : 'none',
  }
}

function servedType(type: string): string {
  if (type === 'text/plain') return 'text/plain; charset=utf-8'
  return active.test(type) ? 'application/octet-stream' : type
}

/** RFC 6266, with the name in UTF-8 (RFC 8187) beside a plain one where it is not plain itself. */
export function contentDisposition(type: 'inline' | 'attachment', name: string): string {
  // Programs differ in what they make of quoted marks and of `%41` in a plain name: it has none.
  const fallback = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  return createDisposition(name.toWellFormed(), { type, fallback })
}

/** Weak comparison (RFC 9110 §8.8.3.2) with a list of tags, or `*`. */
function namesTag(header: string | undefined, etag: string): boolean {
  const tags = header?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags !== undefined && (tags.includes('*') || tags.includes(etag))
}

/**
 * The one range that is asked for; null for the whole: without a range, with several, with one that is written wrongly, or
 * when `If-Range` names something else. Throws `range_not_satisfiable`.
 */
function rangeOf(request: IncomingHttpHeaders, etag: string, size: number): ByteRange | null {
  const ifRange = request['if-range']
  if (request.range === undefined || (ifRange !== undefined && ifRange !== etag)) return null
  const { type, code, ranges } = parseRange(size, request.range)
  // Names of units have no case (RFC 9110 §14.1).
  if (type.toLowerCase() !== 'bytes') return null
  if (code === unsatisfiable && ranges.length === 0) throw new AppError('range_not_satisfiable', { size })
  const [range, ...others] = ranges
  return code !== 0 || range === undefined || others.length > 0 ? null : range
}
