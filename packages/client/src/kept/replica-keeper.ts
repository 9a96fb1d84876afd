// Keeps the replica on the device: puts in what is there before the connection greets, and writes what changed, never on the way of a
// send or an event. The store is a cache: when it fails, the client goes on in memory.
import { ReplicaStoreError } from '../errors.ts'
import { onHidden } from '../host.ts'
import { type Ask, createPatience } from '../patience.ts'
import type { ReplicaState } from '../replica/state.ts'
import type { Report } from '../report.ts'
import type {
  AccountKey,
  Clock,
  KeptChat,
  KeptReplica,
  Replica,
  ReplicaChanges,
  ReplicaKept,
  ReplicaStore,
} from '../types.ts'
import { isSame, keptChatOf, peopleOf, takeKept } from './kept-content.ts'

/** The connection waits this long for what is kept, in milliseconds; what comes later is not put in any more. */
export const openPatience = 1_000
/** Changes are gathered this long, in milliseconds. */
export const gatherChanges = 1_000
/** Chats that are kept: as many as a `hello` may name, so that each is asked about. */
const keptChatsMax = 1000

export interface ReplicaKeeperPorts {
  readonly store: ReplicaStore | undefined
  readonly clock: Clock
  readonly state: ReplicaState
  readonly replica: Replica
  /** It is this client that writes from now on. */
  readonly onTurn: () => void
  readonly report: Report
}

export class ReplicaKeeper {
  readonly #ports: ReplicaKeeperPorts
  readonly #ask: Ask
  #status: ReplicaKept = 'none'
  #opening: Promise<void> = Promise.resolve()
  #account: AccountKey | undefined
  #copy = ''
  #isWriter = false
  #isOver = false
  /** What the store has, as far as this client knows. */
  readonly #chats = new Map<string, KeptChat>()
  readonly #users = new Map<string, KeptReplica['users'][number] | undefined>()
  #me: KeptReplica['me'] = null
  /** People whom no chat that is kept needs. */
  #needless: readonly string[] = []
  #timer: unknown
  #writing: Promise<void> = Promise.resolve()
  #ends: (() => void)[] = []

  constructor(ports: ReplicaKeeperPorts) {
    this.#ports = ports
    this.#ask = createPatience(ports.clock)
  }

  get status(): ReplicaKept {
    return this.#status
  }

  /** Whether this client is the one that writes. */
  get isWriter(): boolean {
    return this.#isWriter
  }

  /**
   * Begins to keep the replica of the account; once. Resolves when what is kept is put in, or will not be. `puts`: whether it may be,
   * which is not so once the connection has greeted.
   */
  open(account: AccountKey, puts: boolean): Promise<void> {
    const { store, clock } = this.#ports
    if (store === undefined || this.#status !== 'none' || this.#isOver) return Promise.resolve()
    this.#account = account
    this.#become('opening')
    let isLate = !puts
    this.#opening = this.#open(store, account, () => !isLate)
    return new Promise((resolve) => {
      const timer = clock.setTimeout(() => {
        isLate = true
        resolve()
      }, openPatience)
      void this.#opening.then(() => {
        clock.clearTimeout(timer)
        resolve()
      })
    })
  }

  /** The end of this client. `erases`: the account has no place on this device any more. */
  async close(erases: boolean): Promise<void> {
    if (this.#isOver) return
    if (!erases) this.#flush()
    this.#isOver = true
    this.#stop()
    // What is on its way comes before the erasure, and after it the copy is no more.
    await Promise.all([this.#opening, this.#writing])
    const { store } = this.#ports
    if (erases && store !== undefined && this.#account !== undefined) await this.#erase(store, this.#account)
  }

  async #open(store: ReplicaStore, account: AccountKey, mayPut: () => boolean): Promise<void> {
    const { state, report, onTurn } = this.#ports
    try {
      const kept = await this.#ask(() => store.open(account))
      if (this.#isOver) return
      this.#copy = kept.copy
      if (mayPut()) this.#know(takeKept(state, kept))
    } catch (cause) {
      this.#fail('open', cause)
      return
    }
    this.#become('kept')
    this.#ends = [state.changes.subscribe(() => this.#changed()), onHidden(() => this.#flush())]
    const granted = () => {
      this.#isWriter = true
      this.#changed()
      onTurn()
    }
    const turn = { steal: false, granted, lost: () => undefined }
    if (store.takeTurn === undefined) granted()
    else {
      try {
        this.#ends.push(store.takeTurn(`${account.origin} ${account.userId}`, turn))
      } catch (error) {
        report(error)
      }
    }
  }

  #know({ me, users, chats }: Omit<KeptReplica, 'copy'>): void {
    this.#me = me
    for (const chat of chats) this.#chats.set(chat.view.id, chat)
    const needed = new Set(chats.flatMap(peopleOf))
    for (const user of users) if (needed.has(user.id)) this.#users.set(user.id, user)
    this.#needless = users.map(({ id }) => id).filter((id) => !needed.has(id))
  }

  #changed(): void {
    if (!this.#isWriter || this.#isOver) return
    this.#timer ??= this.#ports.clock.setTimeout(() => this.#flush(), gatherChanges)
  }

  /** Writes what changed since the last time. */
  #flush(): void {
    this.#ports.clock.clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#isWriter || this.#isOver) return
    const changes = this.#collect()
    if (changes !== undefined) this.#writing = this.#writing.then(() => this.#write(changes))
  }

  async #write(changes: ReplicaChanges): Promise<void> {
    const { store } = this.#ports
    if (store === undefined || this.#account === undefined || this.#status !== 'kept') return
    const account = this.#account
    try {
      if (await this.#ask(() => store.write(account, this.#copy, changes))) return
      // Erased from elsewhere: the session ended there. Nothing of it comes back by this client.
      this.#stop()
      this.#become('none')
    } catch (cause) {
      this.#fail('write', cause)
    }
  }

  #collect(): ReplicaChanges | undefined {
    const { state } = this.#ports
    const chats = this.#changedChats()
    const gone = [...this.#chats.keys()].filter((id) => !state.records.has(id))
    const forgotten = { chats: [...gone, ...this.#restarted(chats)], users: this.#needless }
    for (const id of gone) this.#chats.delete(id)
    for (const chat of chats) {
      this.#chats.set(chat.view.id, chat)
      for (const id of peopleOf(chat)) if (!this.#users.has(id)) this.#users.set(id, undefined)
    }
    const users = this.#changedUsers()
    this.#needless = []
    const isMeSame = state.me === undefined || isSame(state.me, this.#me)
    if (!isMeSame) this.#me = state.me ?? null
    const me = isMeSame || this.#me === null ? {} : { me: this.#me }
    const isNothing =
      isMeSame && [chats, users, ...Object.values(forgotten)].every((some) => some.length === 0)
    return isNothing ? undefined : { ...me, users, chats, forgotten }
  }

  #changedChats(): KeptChat[] {
    const { state, replica } = this.#ports
    const changed: KeptChat[] = []
    const chats = replica.chats()
    for (const { id } of chats.slice(0, keptChatsMax)) {
      const record = state.records.get(id)
      const held = this.#chats.get(id)
      const tail = state.timelines.tails.get(id)
      const chat = record && keptChatOf(record, tail)
      if (chat === undefined) continue
      if (held?.tail?.messages === chat.tail?.messages && isSame(held?.view ?? null, chat.view)) continue
      changed.push(chat)
    }
    return changed
  }

  /** Chats that the server began anew: the store would keep the newer version, which is no more. */
  #restarted(chats: readonly KeptChat[]): string[] {
    const isOlder = ({ id, version }: KeptChat['view']) => version < (this.#chats.get(id)?.view.version ?? 0)
    return chats
      .map(({ view }) => view)
      .filter(isOlder)
      .map(({ id }) => id)
  }

  #changedUsers(): KeptReplica['users'] {
    const { people } = this.#ports.state
    return [...this.#users].flatMap(([id, held]) => {
      const user = people.get(id)
      if (user === undefined || user === held) return []
      this.#users.set(id, user)
      return [user]
    })
  }

  async #erase(store: ReplicaStore, account: AccountKey): Promise<void> {
    try {
      await this.#ask(() => store.erase(account))
      this.#become('none')
    } catch (cause) {
      this.#fail('erase', cause)
    }
  }

  #fail(action: string, cause: unknown): void {
    this.#stop()
    const isFirst = this.#status !== 'failed'
    this.#become('failed')
    if (isFirst)
      this.#ports.report(new ReplicaStoreError(`The replica store could not ${action} the copy`, { cause }))
  }

  #stop(): void {
    this.#ports.clock.clearTimeout(this.#timer)
    this.#isWriter = false
    for (const end of this.#ends) end()
    this.#ends = []
  }

  #become(status: ReplicaKept): void {
    if (status === this.#status) return
    this.#status = status
    this.#ports.state.changes.note()
  }
}
