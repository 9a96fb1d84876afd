// Takes messages with their files, behind the last one of each chat. They are published to nobody: clients find them by their versions.
import { fits, type Id, isVisible, limits } from '@parley/protocol'
import type { NewFile } from '../files/store.ts'
import type { Stores } from '../ports.ts'
import { type ReceiveFile, withContent } from './content.ts'
import { type Content, importMissingFiles, insertFiles, receiveContent } from './import-files.ts'
import { findTaken, type ImportStep, inBatch, noteTaken } from './import-step.ts'
import type { ImportReason } from './report.ts'
import type { ForeignFile, ForeignMessage } from './source.ts'
import { type Continuation, type ImportedMessage, seatKey } from './store.ts'

/** Messages of one chat that follow one another in a batch. */
interface Share {
  readonly chatId: Id
  readonly messages: { readonly foreign: ForeignMessage; readonly senderId: Id; readonly content: Content }[]
}

interface Outcome {
  readonly taken: Map<string, Id>
  /** With those that were taken with the messages. */
  readonly files: Map<string, NewFile>
  readonly remarks: { readonly key: string; readonly reason: ImportReason }[]
  readonly former: ReadonlyMap<string, Id>
}

/** Content that is stored before its rows are: this is what a kill can leave behind. */
const filesAtOnce = 50

/** The same messages in batches of which none has many files. */
export async function* withFewFiles(
  batches: AsyncIterable<readonly ForeignMessage[]>,
): AsyncGenerator<readonly ForeignMessage[]> {
  for await (const batch of batches) {
    let part: ForeignMessage[] = []
    let count = 0
    for (const message of batch) {
      const more = filesOf(message).length
      if (count > 0 && count + more > filesAtOnce) {
        yield part
        part = []
        count = 0
      }
      part.push(message)
      count += more
    }
    yield part
  }
}

const filesOf = ({ files = [] }: ForeignMessage): readonly ForeignFile[] => files

/** Throws `storage_full` and `unavailable`. */
export async function importMessages(step: ImportStep, messages: readonly ForeignMessage[]): Promise<void> {
  const { contents, outcome } = await withContent(
    step,
    async (receive) => {
      const contents = await receiveContents(step, receive, messages)
      const outcome = await inBatch(step, (stores) => takeMessages(step, stores, messages, contents))
      return { contents, outcome }
    },
    ({ outcome }) => new Set([...outcome.files.values()].map(({ id }) => id)),
  )
  tell(step, messages, contents, outcome)
  const known = messages.filter((message) => outcome.former.has(message.key) && filesOf(message).length > 0)
  await importMissingFiles(step, known, outcome.former)
}

/** Of the messages with files that can be taken as far as anybody knows yet. */
async function receiveContents(
  step: ImportStep,
  receive: ReceiveFile,
  messages: readonly ForeignMessage[],
): Promise<Map<string, Content>> {
  const contents = new Map<string, Content>()
  const carrying = messages.filter((message) => filesOf(message).length > 0)
  if (carrying.length === 0) return contents
  const { former, chats, people } = await findNamed(step, step.ports.storage.stores, carrying)
  for (const message of carrying) {
    const senderId = people.get(message.senderKey)
    if (senderId === undefined || !chats.has(message.chatKey) || former.has(message.key)) continue
    if (isText(message.text) || !isVisible(message.text))
      contents.set(message.key, await receiveContent(receive, senderId, message))
  }
  return contents
}

async function findNamed(step: ImportStep, stores: Stores, messages: readonly ForeignMessage[]) {
  const find = (kind: 'person' | 'chat' | 'message', keyOf: (message: ForeignMessage) => string) =>
    findTaken(step, stores, kind, messages.map(keyOf))
  return {
    former: await find('message', ({ key }) => key),
    chats: await find('chat', ({ chatKey }) => chatKey),
    people: await find('person', ({ senderKey }) => senderKey),
  }
}

function tell(
  { report, options, refusedMessages }: ImportStep,
  messages: readonly ForeignMessage[],
  contents: ReadonlyMap<string, Content>,
  { taken, files, remarks, former }: Outcome,
): void {
  report.counts.message.known += former.size
  report.counts.message.added += taken.size
  report.counts.file.added += files.size
  for (const { key, reason } of remarks) {
    report.remark('message', key, reason)
    if (options.dryRun) refusedMessages.add(key)
  }
  for (const message of messages) {
    if (former.has(message.key)) continue
    if (taken.has(message.key))
      for (const { key, reason } of contents.get(message.key)?.remarks ?? [])
        report.remark('file', key, reason)
    else for (const { key } of filesOf(message)) report.remark('file', key, 'message_missing')
  }
}

async function takeMessages(
  step: ImportStep,
  stores: Stores,
  messages: readonly ForeignMessage[],
  contents: ReadonlyMap<string, Content>,
): Promise<Outcome> {
  const { former, chats, people } = await findNamed(step, stores, messages)
  const fresh = messages.filter(({ key }) => !former.has(key))
  const outcome: Outcome = { taken: new Map(), files: new Map(), remarks: [], former }
  if (fresh.length === 0) return outcome
  const shares = shareOut(fresh, chats, people, contents, outcome)
  await continueChats(step, stores, shares, outcome)
  await noteTaken(step, stores, 'message', outcome.taken)
  return outcome
}

const withoutFiles = ({ text }: ForeignMessage): Content => ({ text, files: new Map(), remarks: [] })

function shareOut(
  fresh: readonly ForeignMessage[],
  chats: ReadonlyMap<string, Id>,
  people: ReadonlyMap<string, Id>,
  contents: ReadonlyMap<string, Content>,
  { remarks }: Outcome,
): Share[] {
  const shares = new Map<Id, Share>()
  for (const foreign of fresh) {
    const chatId = chats.get(foreign.chatKey)
    const senderId = people.get(foreign.senderKey)
    const content = contents.get(foreign.key) ?? withoutFiles(foreign)
    if (chatId === undefined) remarks.push({ key: foreign.key, reason: 'chat_missing' })
    else if (senderId === undefined) remarks.push({ key: foreign.key, reason: 'person_missing' })
    else if (content.files.size === 0 && !isText(content.text))
      remarks.push({ key: foreign.key, reason: 'invalid_text' })
    else {
      const share = shares.get(chatId) ?? { chatId, messages: [] }
      shares.set(chatId, share)
      share.messages.push({ foreign, senderId, content })
    }
  }
  return [...shares.values()]
}

/** As M1 and M7 say. */
const isText = (text: string): boolean =>
  isVisible(text) && fits(text, limits.messageTextMax) && text.isWellFormed() && !text.includes('\u0000')

async function continueChats(
  step: ImportStep,
  stores: Stores,
  shares: readonly Share[],
  { taken, files, remarks }: Outcome,
): Promise<void> {
  const { ports, options } = step
  const ends = await stores.imports.ends(shares.map(({ chatId }) => chatId))
  const pairs = shares.flatMap(({ chatId, messages }) =>
    [...new Set(messages.map(({ senderId }) => senderId))].map((userId) => ({ chatId, userId })),
  )
  const seated = options.dryRun ? new Set(pairs.map(seatKey)) : await stores.imports.seated(pairs)
  const continuations: Continuation[] = []
  for (const { chatId, messages } of shares) {
    // What a dry run imagines is empty.
    const end = ends.get(chatId) ?? (options.dryRun ? { lastSeq: 0, version: 1, lastAt: null } : null)
    let lastAt = end?.lastAt ?? null
    const kept: ImportedMessage[] = []
    for (const { foreign, senderId, content } of messages) {
      const { key, createdAt } = foreign
      if (end === null) remarks.push({ key, reason: 'chat_missing' })
      else if (!seated.has(seatKey({ chatId, userId: senderId })))
        remarks.push({ key, reason: 'not_a_member' })
      else if (lastAt !== null && createdAt < lastAt) remarks.push({ key, reason: 'older_than_chat' })
      else {
        lastAt = createdAt
        const id = ports.ids.next()
        const fileIds = [...content.files.values()].map((file) => file.id)
        kept.push({ id, senderId, text: content.text, createdAt, editedAt: editedAt(foreign), fileIds })
        taken.set(key, id)
        for (const [fileKey, file] of content.files) files.set(fileKey, file)
      }
    }
    if (end !== null && kept.length > 0) continuations.push({ chatId, end, messages: kept })
  }
  await insertFiles(step, stores, files)
  if (!options.dryRun) await stores.imports.append(continuations)
}

const editedAt = ({ createdAt, editedAt: at = null }: ForeignMessage): Date | null =>
  at !== null && at < createdAt ? createdAt : at
