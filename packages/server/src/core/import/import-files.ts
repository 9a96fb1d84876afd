// Takes the files of messages: those of a new message come with it, those that are missing of one that was taken before come to it.
import { type Id, isVisible, limits } from '@parley/protocol'
import type { NewFile } from '../files/store.ts'
import type { Stores } from '../ports.ts'
import { cutText } from '../text/cut-text.ts'
import { nameOf, type ReceiveFile, withContent } from './content.ts'
import { findTaken, type ImportStep, inBatch, noteTaken } from './import-step.ts'
import type { ImportReason } from './report.ts'
import type { ForeignFile, ForeignMessage } from './source.ts'

interface FileRemark {
  readonly key: string
  readonly reason: ImportReason
}

/** A message as it can come. */
export interface Content {
  readonly text: string
  /** By their keys, in their order. */
  readonly files: ReadonlyMap<string, NewFile>
  readonly remarks: readonly FileRemark[]
}

const noFiles: readonly ForeignFile[] = []

/** Stores the content of the files as those of that person, as far as it can be had. Throws `storage_full` and `unavailable`. */
export async function receiveContent(
  receive: ReceiveFile,
  senderId: Id,
  { text, files: foreign = noFiles }: ForeignMessage,
): Promise<Content> {
  const files = new Map<string, NewFile>()
  const remarks: FileRemark[] = []
  for (const file of foreign) {
    const isOver = files.size >= limits.filesPerMessage
    const received = isOver ? 'too_many_files' : await receive(senderId, file)
    if (typeof received === 'string') remarks.push({ key: file.key, reason: received })
    else {
      files.set(file.key, received)
      if (received.name !== file.name) remarks.push({ key: file.key, reason: 'name_changed' })
    }
  }
  if (isVisible(text) || foreign.length === 0) return { text, files, remarks }
  return { text: files.size > 0 ? '' : missingText(foreign), files, remarks }
}

/** What a message says that had nothing but files of which none came. It stays when they come later. */
const missingText = (files: readonly ForeignFile[]): string =>
  cutText(files.map((file) => `📎 ${nameOf(file)}`).join('\n'), limits.messageTextMax)

/** Rows for the files of messages that are taken in this transaction. */
export async function insertFiles(
  step: ImportStep,
  stores: Stores,
  files: ReadonlyMap<string, NewFile>,
): Promise<void> {
  // In one order, for each locks what its owner uses.
  const inOrder = [...files.values()].toSorted((a, b) => (a.ownerId < b.ownerId ? -1 : 1))
  if (!step.options.dryRun) for (const file of inOrder) await stores.files.insert(file, null)
  await noteTaken(step, stores, 'file', new Map([...files].map(([key, { id }]) => [key, id])))
}

/** `messages` were taken before, under the ids in `former`. */
export async function importMissingFiles(
  step: ImportStep,
  messages: readonly ForeignMessage[],
  former: ReadonlyMap<string, Id>,
): Promise<void> {
  const { counts } = step.report
  const all = messages.flatMap(({ key, files = noFiles }) => files.map((file) => ({ file, messageKey: key })))
  const keys = all.map(({ file }) => file.key)
  const taken = await findTaken(step, step.ports.storage.stores, 'file', keys)
  for (const { file, messageKey } of all) {
    const messageId = former.get(messageKey)
    if (taken.has(file.key)) counts.file.known += 1
    else if (messageId !== undefined) await addFile(step, messageId, file)
  }
}

async function addFile(step: ImportStep, messageId: Id, foreign: ForeignFile): Promise<void> {
  const { report, ports } = step
  const remark = (reason: ImportReason) => report.remark('file', foreign.key, reason)
  const place = await findPlace(ports.storage.stores, messageId)
  if (typeof place === 'string') return remark(place)
  const outcome = await withContent(
    step,
    async (receive) => {
      const file = await receive(place.sender_id, foreign)
      if (typeof file === 'string') return file
      return inBatch(step, (stores) => attachFile(step, stores, messageId, foreign.key, file))
    },
    (result) => new Set(typeof result === 'string' ? [] : [result.id]),
  )
  if (outcome === 'known') report.counts.file.known += 1
  else if (typeof outcome === 'string') remark(outcome)
  else {
    report.counts.file.added += 1
    if (outcome.name !== foreign.name) remark('name_changed')
  }
}

async function attachFile(
  step: ImportStep,
  stores: Stores,
  messageId: Id,
  key: string,
  file: NewFile,
): Promise<NewFile | 'known' | ImportReason> {
  if ((await findTaken(step, stores, 'file', [key])).has(key)) return 'known'
  const found = await findPlace(stores, messageId)
  if (typeof found === 'string') return found
  if (step.options.dryRun) return file
  await stores.chats.lock(found.chat_id)
  const message = await findPlace(stores, messageId)
  if (typeof message === 'string') return message
  await stores.files.insert(file, null)
  await stores.messages.attach(message, file.id)
  await noteTaken(step, stores, 'file', new Map([[key, file.id]]))
  return file
}

/** The message, unless it has no place for one more file. */
async function findPlace(stores: Stores, messageId: Id) {
  const message = await stores.messages.find(messageId)
  if (message === null || message.deleted_at !== null) return 'message_missing'
  return message.files.length >= limits.filesPerMessage ? 'too_many_files' : message
}
