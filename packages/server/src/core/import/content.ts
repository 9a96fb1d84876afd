// Brings the content of another program's files into the file store, before there are rows for them.
import { codePointLength, fits, type Id, limits } from '@parley/protocol'
import { AppError, InDoubtError } from '../errors.ts'
import { fileNameOf } from '../files/file-name.ts'
import type { OpenedContent } from '../files/file-store.ts'
import type { NewFile } from '../files/store.ts'
import { entering, keeping, type Received, receive } from '../files/upload-file.ts'
import { cutText } from '../text/cut-text.ts'
import { type ContentPorts, ForeignContentError } from './foreign-folder.ts'
import type { ImportOptions, ImportStep } from './import-step.ts'
import type { ImportReason } from './report.ts'
import type { ForeignFile } from './source.ts'

/**
 * What can be said of a file whose content is stored by now (in a dry run: could be), or why it cannot be taken. Throws `storage_full`
 * and `unavailable`.
 */
export type ReceiveFile = (ownerId: Id, foreign: ForeignFile) => Promise<NewFile | ImportReason>

/**
 * Runs work that receives files and makes rows for them. The content of those that `rowsOf` does not name is deleted, and of all if the work
 * fails. Where nobody knows whether it was done, all stays; like what a kill leaves it is found by sweepFiles.
 */
export async function withContent<T>(
  { ports, options }: ImportStep,
  work: (receive: ReceiveFile) => Promise<T>,
  rowsOf: (result: T) => ReadonlySet<Id>,
): Promise<T> {
  const { content, ids } = ports
  const stored = new Set<Id>()
  const discardBut = async (kept: ReadonlySet<Id>): Promise<void> => {
    for (const id of stored)
      if (!kept.has(id))
        await content?.fileStore.delete(id).catch((error: unknown) => {
          content.log.warn({ err: error, file_id: id }, 'what is left of an import could not be deleted')
        })
  }
  const receive: ReceiveFile = async (ownerId, foreign) => {
    if (content === null) return 'no_folder'
    const id = ids.next()
    const received = await receiveFile(content, options, ownerId, id, foreign)
    if (typeof received !== 'string' && !options.dryRun) stored.add(id)
    return received
  }
  try {
    const result = await work(receive)
    await discardBut(rowsOf(result))
    return result
  } catch (error) {
    if (!(error instanceof InDoubtError)) await discardBut(new Set())
    throw error
  }
}

async function receiveFile(
  ports: ContentPorts,
  { dryRun }: ImportOptions,
  ownerId: Id,
  id: Id,
  foreign: ForeignFile,
): Promise<NewFile | ImportReason> {
  try {
    const opened = await ports.folder.open(foreign.path)
    const fault = sizeFault(opened, foreign)
    const received = fault === null && !dryRun ? await store(ports, ownerId, id, opened) : unread(opened)
    return fault ?? { ...received, id, ownerId, name: nameOf(foreign), createdAt: foreign.createdAt }
  } catch (error) {
    const reason = reasonOf(error)
    if (reason === null) throw error
    return reason
  }
}

function sizeFault({ size }: OpenedContent, foreign: ForeignFile): ImportReason | null {
  if (foreign.size !== null && foreign.size !== size) return 'file_size_differs'
  if (size === 0) return 'file_empty'
  return size > limits.fileBytes ? 'file_too_large' : null
}

function unread({ size, stream }: OpenedContent): Received {
  stream.destroy()
  return { size, mediaType: '', dimensions: null, awaitsPreview: false }
}

/** As an upload, but for the quota. */
async function store(
  ports: ContentPorts,
  ownerId: Id,
  id: Id,
  { size, stream }: OpenedContent,
): Promise<Received> {
  const incoming = { name: '', announced: size, content: readable(stream) }
  try {
    return await entering(ports, ownerId, incoming, limits.fileBytes, (place) =>
      keeping(ports, id, () => receive(ports, id, place, incoming.content, limits.fileBytes)),
    )
  } finally {
    stream.destroy()
  }
}

/** So that a fault of the folder is told from one of the file store. */
async function* readable(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch (cause) {
    throw new ForeignContentError('file_unreadable', { cause })
  }
}

function reasonOf(error: unknown): ImportReason | null {
  if (error instanceof ForeignContentError) return error.reason
  if (!(error instanceof AppError)) return null
  // It was cut or went on growing since it was opened.
  if (error.code === 'invalid_request') return 'file_empty'
  return error.code === 'file_too_large' ? 'file_too_large' : null
}

const nameAndEnding = /^(.*?)(\.[^.]{1,16})?$/su

/** Such as an upload may have; of one that is too long the ending stays. */
export function nameOf({ name }: Pick<ForeignFile, 'name'>): string {
  const base = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  if (fits(base, limits.fileNameMax)) return fileNameOf(base)
  const [, begin = '', ending = ''] = nameAndEnding.exec(base) ?? []
  return fileNameOf(cutText(begin, limits.fileNameMax - codePointLength(ending)) + ending)
}
