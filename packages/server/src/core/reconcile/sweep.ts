// Compares, step by step and for ever, what the sockets of this node follow with what the database says, so that an event that was
// lost without a trace heals too.
import type { Id } from '@parley/protocol'
import { sessionLifetimes } from '../accounts/login-session.ts'
import { sessionRevoked } from '../accounts/revoke-session.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Clock, Log, Storage } from '../ports.ts'
import type { Followed, LiveSession } from './followed.ts'
import { reconcileChats, reconcileMembers } from './reconcile-chats.ts'
import type { MemberKey } from './store.ts'

export interface SweepPorts {
  readonly storage: Storage
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  readonly log: Log
  readonly followed: Followed
}

/**
 * Steps of one round. With a step each second, whatever was lost is found within a minute, and a session that ended without a word within
 * half of one: whoever has just come is in the next round. A step costs two statements at most, whatever the number of sockets; of
 * each person it looks at the chats by index.
 */
const steps = { people: 30, sessions: 15 } as const
/** Looked at together in one step. */
const maxTogether = 500

export class Sweep {
  private readonly ports: SweepPorts
  private readonly timer: NodeJS.Timeout
  private readonly people: Round<Id>
  private readonly sessions: Round<LiveSession>
  private stepping: Promise<void> | null = null
  /** Everybody is to be looked at as soon as can be. */
  private urgent = false

  /** `step` is in milliseconds. */
  constructor(ports: SweepPorts, step: number) {
    this.ports = ports
    this.people = new Round(steps.people, () => ports.followed.people())
    this.sessions = new Round(steps.sessions, () => ports.followed.sessions())
    this.timer = setInterval(() => this.begin(), step).unref()
  }

  /** Does the next round at once. */
  hurry(): void {
    this.urgent = true
    this.begin()
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.stepping
  }

  private begin(): void {
    this.stepping ??= this.step()
      .catch((error: unknown) => {
        // An error at the database has everybody looked at anew when it answers.
        this.urgent = true
        this.ports.log.warn({ err: error }, 'what is followed was not compared with the database')
      })
      .finally(() => {
        this.stepping = null
      })
  }

  private async step(): Promise<void> {
    if (this.urgent) {
      this.urgent = false
      const everybody = {
        people: [...this.ports.followed.people()],
        sessions: [...this.ports.followed.sessions()],
      }
      await this.checkPeople(everybody.people)
      await this.checkSessions(everybody.sessions)
      return
    }
    await this.checkSessions(this.sessions.next())
    await this.checkPeople(this.people.next())
  }

  private async checkPeople(people: readonly Id[]): Promise<void> {
    for (let at = 0; at < people.length; at += maxTogether)
      await this.comparePeople(people.slice(at, at + maxTogether))
  }

  private async comparePeople(people: readonly Id[]): Promise<void> {
    const { storage, followed } = this.ports
    const memberships = await storage.stores.reconcile.memberships(people)
    const behind = new Map<Id, number>()
    const wrong: MemberKey[] = []
    for (const { chat_id: chatId, user_id: userId, chat_version } of memberships) {
      if (!followed.follows(userId, chatId)) wrong.push({ chatId, userId })
      const through = followed.publishedThrough(chatId)
      if (through !== null && through < chat_version) behind.set(chatId, through)
    }
    const present = Map.groupBy(memberships, (membership) => membership.user_id)
    for (const userId of people) {
      const own = new Set(present.get(userId)?.map((membership) => membership.chat_id))
      for (const chatId of followed.chatsOf(userId)) if (!own.has(chatId)) wrong.push({ chatId, userId })
    }
    const sinces = [...behind].map(([chatId, since]) => ({ chatId, since }))
    await reconcileChats(this.ports, sinces, followed)
    await reconcileMembers(this.ports, wrong)
  }

  private async checkSessions(live: readonly LiveSession[]): Promise<void> {
    const { storage, clock, bus } = this.ports
    const owners = new Map(live.map(({ sessionId, userId }) => [sessionId, userId]))
    const ids = [...owners.keys()]
    for (let at = 0; at < ids.length; at += maxTogether) {
      const over = await storage.stores.sessions.keep(
        ids.slice(at, at + maxTogether),
        clock.now(),
        sessionLifetimes,
      )
      const envelopes = over.map(
        (sessionId): Envelope => sessionRevoked(owners.get(sessionId) ?? '', sessionId),
      )
      if (envelopes.length > 0) bus.publish(envelopes)
    }
  }
}

/** Goes over all there is, again and again, a like part at each step. */
class Round<T> {
  private readonly steps: number
  private readonly read: () => Iterable<T>
  private items: readonly T[] = []
  private step = 0

  constructor(steps: number, read: () => Iterable<T>) {
    this.steps = steps
    this.read = read
  }

  next(): readonly T[] {
    if (this.step === 0) this.items = [...this.read()]
    const at = (step: number) => Math.floor((step * this.items.length) / this.steps)
    const part = this.items.slice(at(this.step), at(this.step + 1))
    this.step = (this.step + 1) % this.steps
    return part
  }
}
