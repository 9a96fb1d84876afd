// Takes chats with their members. Of a chat that was taken before only members come who were never in it.
import { type Id, isVisible, limits } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Stores } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { findTaken, type ImportStep, inBatch, noteTaken } from './import-step.ts'
import type { ImportReason, ImportRowKind } from './report.ts'
import type { ForeignChat, ForeignMember } from './source.ts'
import { type Seat, seatKey } from './store.ts'

/** What a group is called whose title shows nothing. */
const untitled = 'Group'

/** A member whose account is here. */
interface Placed extends Seat {
  readonly role: ForeignMember['role']
}

interface Outcome {
  readonly taken: Map<string, Id>
  readonly remarks: { readonly kind: ImportRowKind; readonly key: string; readonly reason: ImportReason }[]
  known: number
  membersAdded: number
  membersKnown: number
}

export async function importChats(step: ImportStep, chats: readonly ForeignChat[]): Promise<void> {
  const outcome = await inBatch(step, (stores) => takeChats(step, stores, chats))
  const { counts } = step.report
  counts.chat.known += outcome.known
  counts.chat.added += outcome.taken.size
  counts.member.added += outcome.membersAdded
  counts.member.known += outcome.membersKnown
  for (const { kind, key, reason } of outcome.remarks) step.report.remark(kind, key, reason)
}

async function takeChats(step: ImportStep, stores: Stores, chats: readonly ForeignChat[]): Promise<Outcome> {
  const former = await findTaken(
    step,
    stores,
    'chat',
    chats.map(({ key }) => key),
  )
  const people = await findTaken(
    step,
    stores,
    'person',
    chats.flatMap(({ members }) => members.map(({ personKey }) => personKey)),
  )
  const present = await presentOf(step, stores, [...people.values()])
  const outcome: Outcome = { taken: new Map(), remarks: [], known: 0, membersAdded: 0, membersKnown: 0 }
  for (const chat of chats) {
    const placement = placementOf(chat, people, present, outcome)
    const chatId = former.get(chat.key)
    if (chatId === undefined) await takeChat(step, stores, chat, placement, outcome)
    else {
      outcome.known += 1
      await addMissing(step, stores, chat, chatId, placement, outcome)
    }
  }
  await noteTaken(step, stores, 'chat', outcome.taken)
  return outcome
}

/** Who is not deleted here, and will not be before the transaction ends. */
async function presentOf({ options }: ImportStep, stores: Stores, ids: readonly Id[]): Promise<Set<Id>> {
  if (options.dryRun) return new Set(ids)
  const users = await stores.accounts.holdProfiles([...new Set(ids)])
  return new Set(users.filter(({ deleted_at }) => deleted_at === null).map(({ id }) => id))
}

interface Placement {
  readonly placed: readonly Placed[]
  readonly isWhole: boolean
}

/** Each account once: two people of the other program may be one here. */
function placementOf(
  chat: ForeignChat,
  people: ReadonlyMap<string, Id>,
  present: ReadonlySet<Id>,
  { remarks }: Outcome,
): Placement {
  const placed = new Map<Id, Placed>()
  let isWhole = true
  for (const { personKey, role, joinedAt, leftAt } of chat.members) {
    const userId = people.get(personKey)
    if (userId === undefined || (leftAt === null && !present.has(userId))) {
      isWhole = false
      remarks.push({ kind: 'member', key: `${chat.key} ${personKey}`, reason: 'person_missing' })
    } else if (!placed.has(userId) || leftAt === null) {
      placed.set(userId, { userId, role, joinedAt, leftAt })
    }
  }
  return { placed: [...placed.values()], isWhole }
}

async function takeChat(
  step: ImportStep,
  stores: Stores,
  chat: ForeignChat,
  { placed, isWhole }: Placement,
  outcome: Outcome,
): Promise<void> {
  const { taken, remarks } = outcome
  const inside = placed.filter(({ leftAt }) => leftAt === null)
  const [first] = inside
  if (first === undefined || (chat.kind === 'direct' && !isWhole)) {
    const reason = isWhole ? 'nobody_left' : 'person_missing'
    return void remarks.push({ kind: 'chat', key: chat.key, reason })
  }
  if (inside.length > limits.membersPerChat) {
    return void remarks.push({ kind: 'chat', key: chat.key, reason: 'too_many_members' })
  }
  const { title, isChanged } = titleOf(chat)
  if (chat.kind === 'group' && isChanged)
    remarks.push({ kind: 'chat', key: chat.key, reason: 'name_changed' })
  const id = step.ports.ids.next()
  const existing =
    chat.kind === 'direct' ? await stores.chats.findDirect(first.userId, (inside[1] ?? first).userId) : null
  taken.set(chat.key, existing ?? id)
  if (existing !== null) {
    outcome.membersKnown += inside.length
    return
  }
  outcome.membersAdded += placed.length
  if (step.options.dryRun) return
  if (chat.kind === 'direct') await insertDirect(stores, chat, id, inside)
  else await insertGroup(stores, chat, id, title, inside)
  await stores.imports.seat(id, placed)
}

async function insertDirect(
  stores: Stores,
  chat: ForeignChat,
  id: Id,
  inside: readonly Placed[],
): Promise<void> {
  const [first, second] = inside.map(({ userId }) => userId)
  if (first === undefined) throw new Error('A direct chat has somebody in it')
  const made = await stores.chats.insertDirect({
    id,
    userIds: second === undefined ? [first] : [first, second],
    createdBy: first,
    createdAt: chat.createdAt,
  })
  // The two began to talk here at this moment. The next run finds their chat.
  if (made === null) throw new AppError('unavailable', { retryAfter: 1 })
}

async function insertGroup(
  stores: Stores,
  chat: ForeignChat,
  id: Id,
  title: string,
  inside: readonly Placed[],
): Promise<void> {
  const owner = ownerOf(inside)
  await stores.chats.insert({
    id,
    kind: 'group',
    title,
    description: '',
    posting: chat.posting ?? 'everyone',
    visibility: chat.visibility ?? 'private',
    createdBy: owner,
    createdAt: chat.createdAt,
    members: inside.map(({ userId, role }) => ({ userId, role: roleIn(userId, role, owner) })),
  })
}

/** The owner, or whom C3 would make it: the admin, else the member, who joined first. */
function ownerOf(inside: readonly Placed[]): Id {
  const rank = { owner: 0, admin: 1, member: 2 } as const
  const [heir] = inside.toSorted(
    (a, b) => rank[a.role] - rank[b.role] || a.joinedAt.getTime() - b.joinedAt.getTime(),
  )
  if (heir === undefined) throw new Error('A group has somebody in it')
  return heir.userId
}

/** A group has one owner. */
function roleIn(userId: Id, role: ForeignMember['role'], owner: Id): ForeignMember['role'] {
  if (userId === owner) return 'owner'
  return role === 'owner' ? 'admin' : role
}

function titleOf({ title }: ForeignChat): { readonly title: string; readonly isChanged: boolean } {
  const cleaned = cleanLine(title.toWellFormed())
  const cut = cutText(cleaned, limits.titleMax)
  return isVisible(cut) ? { title: cut, isChanged: cut !== cleaned } : { title: untitled, isChanged: true }
}

/** Who was taken out of the chat here stays out. */
async function addMissing(
  { options }: ImportStep,
  stores: Stores,
  chat: ForeignChat,
  chatId: Id,
  { placed }: Placement,
  outcome: Outcome,
): Promise<void> {
  const seated = await stores.imports.seated(placed.map(({ userId }) => ({ chatId, userId })))
  const missing = placed.filter(({ userId }) => !seated.has(seatKey({ chatId, userId })))
  outcome.membersKnown += placed.length - missing.length
  if (missing.length === 0) return
  const lock = options.dryRun ? stores.chats.find : stores.chats.lock
  const here = await lock(chatId)
  // What it was when it was taken: where only those who write are known, a group of one may have become a talk of two.
  if (here?.kind === 'direct') return
  if (here === null) {
    for (const { userId } of missing)
      outcome.remarks.push({ kind: 'member', key: `${chat.key} ${userId}`, reason: 'chat_missing' })
    return
  }
  outcome.membersAdded += missing.length
  if (options.dryRun) return
  await stores.imports.seat(
    chatId,
    missing.filter(({ leftAt }) => leftAt !== null),
  )
  for (const { userId, role, joinedAt, leftAt } of missing)
    if (leftAt === null)
      await stores.members.add({ chatId, userId, role: role === 'owner' ? 'admin' : role, at: joinedAt })
}
