// Takes messages, behind the last one of each chat. They are published to nobody: clients find them by their versions.
import { fits, type Id, isVisible, limits } from '@parley/protocol'
import type { Stores } from '../ports.ts'
import { findTaken, type ImportStep, inBatch, noteTaken } from './import-step.ts'
import type { ImportReason } from './report.ts'
import type { ForeignMessage } from './source.ts'
import { type Continuation, type ImportedMessage, seatKey } from './store.ts'

/** Messages of one chat that follow one another in a batch. */
interface Share {
  readonly chatId: Id
  readonly messages: { readonly foreign: ForeignMessage; readonly senderId: Id }[]
}

interface Outcome {
  readonly taken: Map<string, Id>
  readonly remarks: { readonly key: string; readonly reason: ImportReason }[]
  readonly known: number
}

export async function importMessages(step: ImportStep, messages: readonly ForeignMessage[]): Promise<void> {
  const { taken, remarks, known } = await inBatch(step, (stores) => takeMessages(step, stores, messages))
  step.report.counts.message.known += known
  step.report.counts.message.added += taken.size
  for (const { key, reason } of remarks) step.report.remark('message', key, reason)
}

async function takeMessages(
  step: ImportStep,
  stores: Stores,
  messages: readonly ForeignMessage[],
): Promise<Outcome> {
  const find = (kind: 'person' | 'chat' | 'message', keyOf: (message: ForeignMessage) => string) =>
    findTaken(step, stores, kind, messages.map(keyOf))
  const former = await find('message', ({ key }) => key)
  const fresh = messages.filter(({ key }) => !former.has(key))
  const outcome: Outcome = { taken: new Map(), remarks: [], known: former.size }
  if (fresh.length === 0) return outcome
  const chats = await find('chat', ({ chatKey }) => chatKey)
  const people = await find('person', ({ senderKey }) => senderKey)
  const shares = shareOut(fresh, chats, people, outcome)
  await continueChats(step, stores, shares, outcome)
  await noteTaken(step, stores, 'message', outcome.taken)
  return outcome
}

function shareOut(
  fresh: readonly ForeignMessage[],
  chats: ReadonlyMap<string, Id>,
  people: ReadonlyMap<string, Id>,
  { remarks }: Outcome,
): Share[] {
  const shares = new Map<Id, Share>()
  for (const foreign of fresh) {
    const chatId = chats.get(foreign.chatKey)
    const senderId = people.get(foreign.senderKey)
    if (chatId === undefined) remarks.push({ key: foreign.key, reason: 'chat_missing' })
    else if (senderId === undefined) remarks.push({ key: foreign.key, reason: 'person_missing' })
    else if (!isText(foreign.text)) remarks.push({ key: foreign.key, reason: 'invalid_text' })
    else {
      const share = shares.get(chatId) ?? { chatId, messages: [] }
      shares.set(chatId, share)
      share.messages.push({ foreign, senderId })
    }
  }
  return [...shares.values()]
}

/** As M1 and M7 say. */
const isText = (text: string): boolean =>
  isVisible(text) && fits(text, limits.messageTextMax) && text.isWellFormed() && !text.includes('\u0000')

async function continueChats(
  { ports, options }: ImportStep,
  stores: Stores,
  shares: readonly Share[],
  { taken, remarks }: Outcome,
): Promise<void> {
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
    for (const { foreign, senderId } of messages) {
      const { key, text, createdAt } = foreign
      if (end === null) remarks.push({ key, reason: 'chat_missing' })
      else if (!seated.has(seatKey({ chatId, userId: senderId })))
        remarks.push({ key, reason: 'not_a_member' })
      else if (lastAt !== null && createdAt < lastAt) remarks.push({ key, reason: 'older_than_chat' })
      else {
        lastAt = createdAt
        const id = ports.ids.next()
        kept.push({ id, senderId, text, createdAt })
        taken.set(key, id)
      }
    }
    if (end !== null && kept.length > 0) continuations.push({ chatId, end, messages: kept })
  }
  if (!options.dryRun) await stores.imports.append(continuations)
}
