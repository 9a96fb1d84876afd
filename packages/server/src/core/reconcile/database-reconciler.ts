// Reconciles by what the database says now. Objects are published whole, so hearing one twice does no harm.
import type { Id } from '@parley/protocol'
import { AppError } from '../errors.ts'
import type { Bus, Envelope } from '../events.ts'
import type { Clock, Log, Storage } from '../ports.ts'
import { type Doubt, doubtOf } from './doubt.ts'
import type { Followed } from './followed.ts'
import { reconcileChats } from './reconcile-chats.ts'
import type { Reconciler } from './reconciler.ts'
import { refreshEvent } from './refresh-event.ts'
import type { MemberKey } from './store.ts'
import { Sweep } from './sweep.ts'

export interface ReconcilerPorts {
  readonly storage: Storage
  readonly bus: Pick<Bus, 'publish'>
  readonly clock: Clock
  readonly log: Log
  readonly times?: Partial<ReconcilerTimes>
}

/** In milliseconds. */
interface ReconcilerTimes {
  /**
   * When what is in doubt is looked at. A transaction whose commit was sent holds its locks, which `settled` waits for; a statement that
   * commits by itself may still be on its way to the server, which ends it after 10 s at most.
   */
  readonly looks: readonly number[]
  /** Until the next try when the database does not answer. */
  readonly retry: number
  /** Between two steps of the sweep. */
  readonly step: number
}

const defaultTimes: ReconcilerTimes = { looks: [0, 1_000, 4_000, 15_000], retry: 500, step: 1_000 }

/** Doubts that are kept while the database is away. Beyond them everything followed is compared instead. */
const maxDoubts = 20_000
/** Looked at together. */
const batch = 200

export function createReconciler(ports: ReconcilerPorts): Reconciler {
  return new DatabaseReconciler(ports)
}

class DatabaseReconciler implements Reconciler {
  private readonly ports: ReconcilerPorts
  private readonly times: ReconcilerTimes
  private followed: Followed | null = null
  private sweep: Sweep | null = null
  /** To be looked at now. */
  private due: Doubt[] = []
  private readonly timers = new Set<NodeJS.Timeout>()
  private working: Promise<void> | null = null
  private stopped = false

  constructor(ports: ReconcilerPorts) {
    this.ports = ports
    this.times = { ...defaultTimes, ...ports.times }
  }

  doubt(envelopes: readonly Envelope[]): void {
    this.lookAt(envelopes.flatMap((envelope) => doubtOf(envelope) ?? []))
  }

  doubtMessages(messageIds: readonly Id[]): void {
    this.lookAt(messageIds.map((messageId) => ({ kind: 'message', messageId })))
  }

  found(chatId: Id, version: number): void {
    const through = this.followed?.publishedThrough(chatId) ?? null
    if (through !== null && through < version) this.add([{ kind: 'chat', chatId, since: through }])
  }

  all(): void {
    this.sweep?.hurry()
  }

  watch(followed: Followed): void {
    this.followed = followed
    this.sweep = new Sweep({ ...this.ports, followed }, this.times.step)
  }

  async stop(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    await Promise.all([this.sweep?.stop(), this.working])
  }

  private lookAt(doubts: readonly Doubt[]): void {
    if (doubts.length === 0) return
    for (const delay of this.times.looks) this.after(delay, () => this.add(doubts))
  }

  private after(delay: number, work: () => void): void {
    if (this.stopped) return
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      work()
    }, delay)
    this.timers.add(timer.unref())
  }

  private add(doubts: readonly Doubt[]): void {
    if (this.stopped) return
    if (this.due.length + doubts.length > maxDoubts) {
      this.due = []
      this.all()
      return
    }
    this.due.push(...doubts)
    this.working ??= this.work().finally(() => {
      this.working = null
    })
  }

  private async work(): Promise<void> {
    while (this.due.length > 0 && !this.stopped) {
      const some = this.due.splice(0, batch)
      try {
        await this.look(some)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'unavailable')) {
          // The fault is ours, and looking again would find it again: the sweep looks at everything in another way.
          this.ports.log.error({ err: error }, 'what is in doubt could not be looked at')
          this.all()
          continue
        }
        this.due.unshift(...some)
        await new Promise<void>((resolve) => setTimeout(resolve, this.times.retry))
      }
    }
  }

  private async look(doubts: readonly Doubt[]): Promise<void> {
    const { reconcile } = this.ports.storage.stores
    const chats = new Map<Id, number>()
    const note = (chatId: Id, since: number) => chats.set(chatId, Math.min(since, chats.get(chatId) ?? since))
    const messageIds: Id[] = []
    const envelopes: Envelope[] = []
    for (const doubt of doubts) {
      if (doubt.kind === 'chat') note(doubt.chatId, doubt.since)
      else if (doubt.kind === 'message') messageIds.push(doubt.messageId)
      else envelopes.push(doubt.envelope)
    }
    await reconcile.settled({ chats: [...chats.keys()], ...keysOf(envelopes) })
    for (const place of await reconcile.placesOf(messageIds)) note(place.chat_id, place.version - 1)
    const sinces = [...chats].map(([chatId, since]) => ({
      chatId,
      since: this.followed?.publishedThrough(chatId) ?? since,
    }))
    await reconcileChats(this.ports, sinces, this.followed)
    for (const envelope of envelopes) {
      const fresh = await refreshEvent(this.ports, envelope)
      if (fresh.length > 0) this.ports.bus.publish(fresh)
    }
  }
}

/** The rows that the transactions which would have published these events hold. */
function keysOf(envelopes: readonly Envelope[]) {
  const users = new Set<Id>()
  const sessions = new Set<Id>()
  const members: MemberKey[] = []
  for (const { audience, event } of envelopes) {
    if (event.type === 'session_revoked') sessions.add(event.session_id)
    if (event.type === 'user_updated' || event.type === 'me_updated') users.add(event.user.id)
    if (audience.kind === 'member') members.push({ chatId: audience.chat_id, userId: audience.user_id })
  }
  return { users: [...users], sessions: [...sessions], members }
}
