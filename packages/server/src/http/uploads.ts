// Reads a file out of a multipart body as it arrives: one part, never the whole in memory.
import multipart, { type Multipart, type MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import type { IncomingFile } from '../core/files/upload-file.ts'
import type { UploadWatch, UploadWatches } from './upload-watch.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly uploadWatches: UploadWatches
  }
}

/** What a multipart body adds to its file: boundaries and headers. */
const overhead = 16 * 1024

/** What the body of a request with such an upload may have at most. */
export const uploadBodyBytes = (maxBytes: number): number => maxBytes + overhead

/** Makes the scope take `multipart/form-data`. Bodies stay unread until `readUpload`. */
export async function acceptUploads(scope: FastifyInstance): Promise<void> {
  await scope.register(multipart, {
    throwFileSizeLimit: false,
    limits: { files: 1, fields: 0, parts: 2, headerPairs: 20, fileSize: Number.MAX_SAFE_INTEGER },
  })
  // What was refused before its end passes unread as any body does (unread-bodies.ts).
  scope.addHook('onSend', async (request, reply) => {
    if (!request.isMultipart()) return
    const watch = request.server.uploadWatches.of(request)
    if (!request.raw.complete) watch?.refused()
    if (watch?.spoilt()) reply.header('connection', 'close')
  })
}

export interface UploadRules {
  readonly maxBytes: number
  /** The name of the part; `file` if not given. */
  readonly field?: string
}

/**
 * Waits for the beginning of the file. The content goes on as it is read; it rejects with `invalid_request` when the body is cut
 * off or no multipart, or when another part follows, and with `upload_too_slow`: whoever takes it must not believe in it before its end.
 * Throws `unsupported_media_type`, `file_too_large` when that is known already, `upload_too_slow`,
 * `invalid_request` for a missing or different part.
 */
export async function readUpload(request: FastifyRequest, rules: UploadRules): Promise<IncomingFile> {
  if (!request.isMultipart()) throw new AppError('unsupported_media_type')
  const watch = request.server.uploadWatches.watch(request)
  const announced = announcedBytes(request)
  if (announced !== null && announced > uploadBodyBytes(rules.maxBytes)) {
    throw new AppError('file_too_large', { limit: rules.maxBytes })
  }
  const parts = request.parts()
  const part = await nextPart(request, watch, parts)
  watch.begun()
  const field = rules.field ?? 'file'
  if (part?.type !== 'file' || part.fieldname !== field) {
    discard(request, part)
    throw invalid(`The body must have one part, a file named ${field}`)
  }
  const content = contentOf(request, watch, part, parts)
  return { name: unescapedName(part.filename ?? ''), announced, content }
}

/** Of the body. Null for one that is sent in chunks. */
function announcedBytes({ headers }: FastifyRequest): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length'])
}

/** Undoes what browsers do to the names of a form's fields and files (HTML §4.10.21.8); a percent sign by itself they leave as it is. */
export const unescapedName = (name: string): string =>
  name.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')

type Parts = AsyncIterableIterator<Multipart>

async function* contentOf(
  request: FastifyRequest,
  watch: UploadWatch,
  part: MultipartFile,
  parts: Parts,
): AsyncGenerator<Uint8Array> {
  watch.tooSlow.catch((error: Error) => part.file.destroy(error))
  try {
    yield* readPart(part)
    if ((await nextPart(request, watch, parts)) !== undefined)
      throw invalid('The body must have one part alone')
  } finally {
    discard(request, part)
  }
}

async function* readPart(part: MultipartFile): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of part.file) yield chunk
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw invalid('The body was cut off or is no multipart', cause)
  }
}

async function nextPart(
  request: FastifyRequest,
  watch: UploadWatch,
  parts: Parts,
): Promise<Multipart | undefined> {
  try {
    const next = await Promise.race([parts.next(), watch.tooSlow])
    return next.done ? undefined : next.value
  } catch (cause) {
    discard(request, undefined)
    if (cause instanceof AppError) throw cause
    throw invalid('The body is no multipart with one file', cause)
  }
}

const invalid = (message: string, cause?: unknown): AppError =>
  new AppError('invalid_request', { errors: [{ path: '/file', message }] }, { cause })

function discard(request: FastifyRequest, part: Multipart | undefined): void {
  if (part?.type === 'file' && !part.file.readableEnded) part.file.destroy()
  letPass(request)
}

/** Lets the rest of the body pass unread: a client hears an answer only when it could send all, or would see a broken connection. */
function letPass({ raw }: FastifyRequest): void {
  raw.unpipe()
  raw.resume()
}
