// Small demo data, written through the core's commands. It may be applied again: what is there already stays as it is.
import type { Id, RouteAnswer } from '@parley/protocol'
import { createAccount } from '../../core/accounts/create-account.ts'
import { login } from '../../core/accounts/login.ts'
import { revokeSession } from '../../core/accounts/revoke-session.ts'
import { takenEmails } from '../../core/accounts/taken-emails.ts'
import type { Actor } from '../../core/actor.ts'
import { createDirectChat } from '../../core/chats/create-direct-chat.ts'
import { createGroup } from '../../core/chats/create-group.ts'
import { type FullChat, getFullChat, listFullChats } from '../../core/chats/list-full-chats.ts'
import { AppError } from '../../core/errors.ts'
import { sendMessage } from '../../core/messages/send-message.ts'
import type { Ports } from '../../core/ports.ts'
import { emailKey } from '../../core/text/email-key.ts'

interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly password: string
}

/** People are named by their email. */
interface DemoChat {
  /** For a group, which is one and the same as long as its first person has one called so. */
  readonly title?: string
  /** The first one creates it. Two for a direct chat. */
  readonly people: readonly [string, string, ...string[]]
  readonly posting?: 'everyone' | 'admins'
  readonly visibility?: 'private' | 'public'
  readonly messages: readonly (readonly [sender: string, text: string])[]
}

export interface DemoData {
  readonly people: readonly DemoPerson[]
  readonly chats: readonly DemoChat[]
}

/** Who can log in, and how much was written by this call. */
export type DemoReport = RouteAnswer<'seedDemo'>

const client = { ip: '127.0.0.1', userAgent: 'demo data' }

interface Seeding {
  readonly ports: Ports
  readonly actors: Map<string, Actor>
  readonly written: { users: number; chats: number; messages: number }
}

/**
 * Whoever may call it is the caller's business; registration need not be open, the passwords are those of the contract's document, and no
 * rate limit applies. Throws `already_exists`,
 * with nothing written, when one of the addresses belongs to somebody with another password.
 */
export async function applyDemo(ports: Ports, data: DemoData): Promise<DemoReport> {
  const seeding: Seeding = {
    ports: {
      ...ports,
      policy: { ...ports.policy, registration: 'open', weakPasswords: 'dialects' },
      rateLimiter: {
        take: () => ({ allowed: true, limit: 0, remaining: 0, retryAfter: 0 }),
        giveBack: () => {},
      },
    },
    actors: new Map(),
    written: { users: 0, chats: 0, messages: 0 },
  }
  await findPeople(seeding, data.people)
  await addPeople(seeding, data.people)
  for (const chat of data.chats) await addMessages(seeding, chat, await chatOf(seeding, chat))
  const logins = data.people.map(({ email, name, password }) => ({ username: email, name, password }))
  return { logins, ...seeding.written }
}

async function findPeople(seeding: Seeding, people: readonly DemoPerson[]): Promise<void> {
  const { ports } = seeding
  const taken = await takenEmails(
    ports,
    people.map(({ email }) => email),
  )
  for (const { email, password } of people) {
    if (!taken.has(emailKey(email))) continue
    try {
      const { me, sessionId } = await login(ports, { login: email, password }, client)
      const actor = { userId: me.id, sessionId }
      // Nobody keeps its tokens.
      await revokeSession(ports, actor, sessionId)
      seeding.actors.set(email, actor)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'wrong_credentials')) throw error
      const detail = `${email} belongs to somebody with another password: no demo data was written`
      throw new AppError('already_exists', { detail }, { cause: error })
    }
  }
}

async function addPeople({ ports, actors, written }: Seeding, people: readonly DemoPerson[]): Promise<void> {
  for (const person of people) {
    if (actors.has(person.email)) continue
    const { id } = await createAccount(ports, person, client)
    actors.set(person.email, { userId: id, sessionId: ports.ids.next() })
    written.users += 1
  }
}

function actorOf({ actors }: Seeding, email: string): Actor {
  const actor = actors.get(email)
  if (actor === undefined) throw new Error(`The demo data names ${email}, who is not among its people`)
  return actor
}

async function chatOf(seeding: Seeding, { title, people, posting, visibility }: DemoChat): Promise<FullChat> {
  const { ports, written } = seeding
  const creator = actorOf(seeding, people[0])
  if (title === undefined) {
    const { chat, created } = await createDirectChat(ports, creator, actorOf(seeding, people[1]).userId)
    if (created) written.chats += 1
    return getFullChat(ports, creator, chat.id)
  }
  const isIt = ({ chat }: FullChat) =>
    chat.kind === 'group' && chat.title === title && chat.created_by === creator.userId
  for await (const chats of listFullChats(ports, creator)) {
    const existing = chats.find(isIt)
    if (existing !== undefined) return existing
  }
  const member_ids = people.slice(1).map((email) => actorOf(seeding, email).userId)
  const { chat } = await createGroup(ports, creator, {
    title,
    member_ids,
    ...(posting === undefined ? {} : { posting }),
    ...(visibility === undefined ? {} : { visibility }),
  })
  written.chats += 1
  return getFullChat(ports, creator, chat.id)
}

/** Whoever has left the chat since says nothing in it any more. */
async function addMessages(seeding: Seeding, demo: DemoChat, { chat, members }: FullChat): Promise<void> {
  const present = new Set<Id>(members.map((member) => member.user_id))
  for (const [index, [email, text]] of demo.messages.entries()) {
    const sender = actorOf(seeding, email)
    if (!present.has(sender.userId)) continue
    const { created } = await sendMessage(seeding.ports, sender, {
      chat_id: chat.id,
      text,
      idempotency_key: `demo ${chat.id} ${index}`,
    })
    if (created) seeding.written.messages += 1
  }
}
