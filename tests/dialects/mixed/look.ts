// A chat as a contract shows it to one of its people, in words that are the same for all contracts, and what must hold whatever the contract.
import { createHash } from 'node:crypto'
import { codePointLength } from '@parley/protocol'
import { expect } from 'vitest'
import { expectItem } from '../../access/dialects/answer-shapes.ts'
import { numbersOf, type Place } from '../../access/dialects/place.ts'
import { wasRead as isShownRead, type ShownMessage, viewsOf } from '../../access/dialects/views.ts'
import type { Person } from '../../access/people.ts'
import { type MixedChat, placeIn, type Role, roles, unreadBy, visible, wasRead } from './chat.ts'
import type { Contract, Fields, Raw } from './contracts.ts'
import { enter } from './through.ts'

export interface Look {
  /** From old to new. */
  readonly history: readonly string[]
  readonly name?: string | null
  readonly members?: readonly Role[]
  readonly last?: string | null
  readonly unread?: number
  readonly marked?: boolean
}

export interface Seen {
  readonly look: Look
  readonly messages: readonly Raw[]
  /** Everything that came. */
  readonly raw: readonly unknown[]
}

/** Texts that would fill a screen are told apart by their hashes. */
export const short = (text: string): string =>
  text.length <= 300
    ? text
    : `${codePointLength(text)} characters ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`

const line = (by: Role, text: string, isRead: boolean): string =>
  `${by}: ${short(text)}${isRead ? ' (read)' : ''}`

/** Whose eyes look, from where, and how they know people. */
export interface Viewpoint {
  readonly viewer: Role
  readonly place: Place
  /** By every id that a contract may call them, and by their names. */
  readonly roleOf: (id: unknown) => Role
}

export async function viewpointOf(chat: MixedChat, viewer: Role): Promise<Viewpoint> {
  const { stage, cast } = chat
  const people = Object.fromEntries(roles.map((role) => [role, cast[role]])) as Record<Role, Person>
  const numbers = await numbersOf(stage.server, people)
  const known = new Map(
    roles.flatMap((role) =>
      [cast[role].id, String(numbers[role]), role].map((name) => [name, role] as const),
    ),
  )
  return {
    viewer,
    place: await placeIn(chat, viewer, 0, 0),
    roleOf: (id) => known.get(String(id)) ?? expect.unreachable(`${id} is nobody here`),
  }
}

/** What the contract is to show. */
export function expectedLook({ shown, lists }: Contract, chat: MixedChat, viewer: Role): Look {
  const history = visible(chat).map(([index, one]) => line(one.by, shown(one), wasRead(chat, index, one)))
  const unread = unreadBy(chat, viewer)
  const all: Required<Look> = {
    history,
    name: chat.title,
    members: chat.members.toSorted(),
    last: history.at(-1) ?? null,
    unread,
    marked: unread > 0,
  }
  return { history, ...Object.fromEntries(lists.map((field) => [field, all[field]])) }
}

const hasField = <K extends string>(value: unknown, key: K): value is Record<K, unknown> =>
  typeof value === 'object' && value !== null && key in value

const senderOf = (message: Raw): unknown =>
  hasField(message.sender, 'id') ? message.sender.id : message.sender_id

const memberId = (member: unknown): unknown => {
  if (hasField(member, 'user')) return memberId(member.user)
  return hasField(member, 'user_id') ? member.user_id : hasField(member, 'id') ? member.id : undefined
}

/** Looks, and judges what must hold whatever the contract and whatever was done. */
export async function lookInto(contract: Contract, chat: MixedChat, viewpoint: Viewpoint): Promise<Seen> {
  const { stage, chatId, cast } = chat
  const { name } = contract
  const { viewer, place, roleOf } = viewpoint
  const view = viewsOf(stage)[name] ?? expect.unreachable(`${name} has no views`)
  const person = cast[viewer]
  const messages = (await view.history(chatId, person)) as unknown as readonly (Raw & ShownMessage)[]
  const listed = await view.listed?.(chatId, person)
  const alone = await view.alone?.(chatId, person)
  const lineOf = (message: Raw & ShownMessage) =>
    line(roleOf(senderOf(message)), contract.textOf(message), isShownRead(message))

  const ids = messages.map(({ id }) => String(id))
  expect(new Set(ids).size, 'each message has an id of its own').toBe(ids.length)
  const last = listed?.last
  if (last !== undefined)
    expect(last, 'the preview is the last message of the history').toEqual(messages.at(-1) ?? null)
  if (listed !== undefined && alone !== undefined) {
    expect(alone.name, 'a chat by itself is called as among others').toBe(listed.name)
    expect(alone.members.map(memberId), 'and has the same people').toEqual(listed.members.map(memberId))
    if (alone.row.id === listed.row.id && alone.last !== undefined) expect(alone.row).toEqual(listed.row)
  }
  const message = messages.at(-1)
  if (message !== undefined && view.message !== undefined)
    expect(await view.message(message.id, person), 'a message by itself is as in the history').toEqual(
      message,
    )

  const status = name === 'messenger' ? await overSockets(chat, place, messages) : null
  const look: Look = {
    history: messages.map(lineOf),
    ...(listed === undefined
      ? {}
      : {
          name: listed.name,
          members: listed.members.map((member) => roleOf(memberId(member))).toSorted(),
          ...(last === undefined ? {} : { last: last === null ? null : lineOf(last as Raw & ShownMessage) }),
          ...(listed.unread === undefined ? {} : { unread: listed.unread }),
        }),
    ...(status === null ? {} : { marked: status.marked }),
  }
  return { look, messages, raw: [messages, listed?.row, alone?.row, status?.greeting] }
}

/** Messenger has no list of chats: a socket says what is unread, and another begins with the history. */
async function overSockets({ stage, chatId }: MixedChat, place: Place, messages: readonly Raw[]) {
  const status = await enter(stage, 'messenger', '/api/v1/messenger/read/status', place)
  status.send({ event: 'check_unread' })
  const [answer = '{}'] = await status.heard()
  status.leave()
  const opened = await enter(stage, 'messenger', '/api/v1/chats/chat/{chat_id}', place)
  await opened.heard()
  opened.leave()
  const greeting = JSON.parse(opened.texts[0] ?? '{}') as { readonly messages: readonly Raw[] }
  for (const message of greeting.messages) expectItem('messenger', '/api/v1/messages/history/1', message)
  const facts = ({ id, text, is_read, sender_id }: Raw) => [id, text, is_read, sender_id]
  expect(greeting.messages.map(facts).toReversed(), 'the socket begins with the history').toEqual(
    messages.map(facts),
  )
  return { greeting, marked: (JSON.parse(answer).chat_ids as readonly unknown[]).includes(chatId) }
}

/** What is said of each person in all that came: by fields that tell of people, whatever they are called. */
export function peopleIn(
  raw: readonly unknown[],
  roleOf: (id: unknown) => Role,
): Map<Role, Map<string, Set<unknown>>> {
  const found = new Map<Role, Map<string, Set<unknown>>>()
  const note = (id: unknown, facts: Fields) => {
    const fields = found.get(roleOf(id)) ?? new Map<string, Set<unknown>>()
    found.set(roleOf(id), fields)
    for (const [field, value] of Object.entries(facts)) {
      if (value !== undefined) fields.set(field, (fields.get(field) ?? new Set()).add(value))
    }
  }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    Object.values(value).forEach(walk)
    const { username, name, email, sender_id, sender_name, sender_email } = value as Fields
    const isPerson = !['members', 'participants', 'filename'].some((field) => field in value)
    if (isPerson && (username !== undefined || name !== undefined))
      note(memberId(value), { username, name, email })
    if (sender_name !== undefined) note(sender_id, { name: sender_name, email: sender_email })
  }
  raw.forEach(walk)
  return found
}
