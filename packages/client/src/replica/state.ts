// All that the client knows, and the steps by which it changes. Synchronous and without input or output: what it lacks it
// asks for through Needs.
import type { ChatView, DurableEvent, Me, Member, Message, Preferences, User } from '@parley/protocol'
import type { Report } from '../report.ts'
import type { Clock } from '../types.ts'
import { Changes } from './changes.ts'
import { ChatRecord, type Moment } from './chat-record.ts'
import { Members } from './members.ts'
import { People } from './people.ts'
import { Presences } from './presence.ts'
import { type Place, Timelines } from './timelines.ts'
import { Typing } from './typing.ts'
import type { Window } from './window.ts'

/** What the replica cannot know by itself. Calls may repeat; none may answer synchronously. */
export interface Needs {
  /** The view of a chat: it is unknown, or its unread count may be off. */
  chat(chatId: string): void
  /** Whether changes of a chat are missing. They may still arrive by themselves. */
  hole(chatId: string, exists: boolean): void
  users(userIds: readonly string[]): void
  /** The window that was looked at last had to be dropped. */
  history(chatId: string, place: Place): void
  /** A complete list of members had to be dropped. */
  members(chatId: string): void
}

/** Events kept of a chat whose view is on its way; past that they are fetched as a hole. */
const unknownMax = 500
/** Chats that ended for this account, remembered so that a late answer does not bring them back. */
const goneMax = 1000

export class ReplicaState {
  readonly changes: Changes
  readonly members = new Members()
  readonly people = new People()
  readonly presences = new Presences()
  readonly timelines: Timelines
  readonly typing: Typing
  readonly records = new Map<string, ChatRecord>()
  readonly needs: Needs
  me: Me | undefined
  /** See `Moment`. */
  moment: Moment = 0
  readonly #onMessage: (message: Message) => void
  readonly #unknown = new Map<string, Map<number, DurableEvent>>()
  readonly #gone = new Map<string, number>()

  /**
   * `onMessage` sees every message that the server is known to have, after the replica took it in. `report` is told what
   * subscribers throw. `hasTails`: the device keeps the ends of timelines.
   */
  constructor(
    clock: Clock,
    needs: Needs,
    onMessage: (message: Message) => void,
    report: Report,
    hasTails = false,
  ) {
    this.needs = needs
    const began = ({ messages }: { readonly messages: readonly Message[] }) =>
      this.wantUsers(messages.map(({ sender_id }) => sender_id))
    this.timelines = new Timelines(began, hasTails)
    this.changes = new Changes(report)
    this.#onMessage = onMessage
    this.typing = new Typing(clock, () => this.changes.note())
  }

  putMe(me: Me): void {
    this.me = Object.freeze(me)
    const { id, username, name, bio, avatar_id, created_at, deleted_at } = me
    this.putUsers([{ id, username, name, bio, avatar_id, created_at, deleted_at }], this.moment)
  }

  putUsers(users: readonly User[], moment: Moment): void {
    this.people.put(users, moment)
    this.changes.note()
  }

  wantUsers(userIds: readonly string[]): void {
    const missing = this.people.claimMissing(userIds)
    if (missing.length > 0) this.needs.users(missing)
  }

  /**
   * Takes in a view. Returns the record; undefined if the chat ended meanwhile. For a chat not known before, everything
   * up to the view's version counts as held, so what was loaded of it earlier is dropped.
   */
  putView(view: ChatView, moment: Moment): ChatRecord | undefined {
    if (view.role === null || this.isGone(view.id, view.version)) return undefined
    const known = this.records.get(view.id)
    if (known === undefined) {
      const record = new ChatRecord(view, moment)
      this.forgetHistory(view.id)
      this.addRecord(view.id, record)
      return record
    }
    known.mergeView(view, moment)
    known.held.expect(view.version)
    this.touched(view.id)
    return known
  }

  /** Puts a chat in as the device kept it, true as of the version of its view. What is known of it already stays. */
  putKept(view: ChatView, tail: Window | undefined): void {
    if (this.records.has(view.id) || this.isGone(view.id, view.version)) return
    this.records.set(view.id, new ChatRecord(view, this.moment))
    if (tail !== undefined) this.timelines.tails.take(view.id, tail)
    this.changes.note()
  }

  /** The server holds another history of the chat than the one known here: it is forgotten as if it had never been. */
  forgetChat(chatId: string): void {
    this.records.delete(chatId)
    this.#gone.delete(chatId)
    this.forgetHistory(chatId)
  }

  /** Whether something of that version is from before the chat ended for this account. */
  isGone(chatId: string, version: number): boolean {
    return version <= (this.#gone.get(chatId) ?? -1)
  }

  /** Adds a chat. What was heard of it before is left to `takeEarlyEvents`. */
  addRecord(chatId: string, record: ChatRecord): void {
    this.records.set(chatId, record)
    this.#gone.delete(chatId)
    this.wantUsers(record.view.direct_user_ids ?? [])
    this.touched(chatId)
  }

  /** Takes out the events that came before the view did. */
  takeEarlyEvents(chatId: string): DurableEvent[] {
    const events = [...(this.#unknown.get(chatId)?.values() ?? [])]
    this.#unknown.delete(chatId)
    return events
  }

  /** Keeps an event until the view of its chat is there. False if it is a repetition. */
  keepEarlyEvent(event: DurableEvent): boolean {
    if (this.isGone(event.chat_id, event.version)) return false
    const events = this.#unknown.get(event.chat_id) ?? new Map<number, DurableEvent>()
    this.#unknown.set(event.chat_id, events)
    if (events.has(event.version)) return false
    if (events.size < unknownMax) events.set(event.version, event)
    this.needs.chat(event.chat_id)
    return true
  }

  /** A message from wherever it came. Versions and the unread count are not its matter. */
  putMessage(message: Message): void {
    this.timelines.put(message)
    this.records.get(message.chat_id)?.mergeLastMessage(message)
    this.wantUsers([message.sender_id])
    this.changes.note()
    this.#onMessage(message)
  }

  /** A page of history that has joined its window. */
  sawPage(items: readonly Message[]): void {
    const last = items.at(-1)
    if (last !== undefined) this.records.get(last.chat_id)?.mergeLastMessage(last)
    this.wantUsers(items.map(({ sender_id }) => sender_id))
    this.changes.note()
    for (const message of items) this.#onMessage(message)
  }

  putMember(member: Member): void {
    this.members.merge(member)
    this.wantUsers([member.user_id])
    this.changes.note()
  }

  putPreferences(chatId: string, preferences: Preferences, moment: Moment): void {
    this.records.get(chatId)?.mergePreferences(preferences, moment)
    this.changes.note()
  }

  /** A person's cursor; with a count, if it is the own one. */
  putRead(read: {
    readonly chat_id: string
    readonly user_id: string
    readonly seq: number
    readonly unread_count?: number
    readonly version?: number
  }): void {
    this.members.read(read.chat_id, read.user_id, read.seq)
    const { unread_count, version } = read
    if (read.user_id === this.me?.id) {
      if (unread_count === undefined || version === undefined) this.needs.chat(read.chat_id)
      else this.records.get(read.chat_id)?.mergeRead({ seq: read.seq, unread_count, version })
    }
    this.touched(read.chat_id)
  }

  /** Forgets pages and members of a chat whose changes were missed, and asks for what was in use. */
  forgetHistory(chatId: string): void {
    const place = this.timelines.reset(chatId)
    if (place !== undefined) this.needs.history(chatId, place)
    const hadAll = this.members.isComplete(chatId)
    this.members.drop(chatId)
    if (hadAll) this.needs.members(chatId)
  }

  /** The chat is not the account's any more. `version`: the change that ended it, if known. */
  dropChat(chatId: string, version?: number): void {
    const ended = version ?? this.records.get(chatId)?.view.version
    this.records.delete(chatId)
    this.timelines.reset(chatId)
    this.members.drop(chatId)
    this.typing.drop(chatId)
    this.#unknown.delete(chatId)
    this.needs.hole(chatId, false)
    this.changes.note()
    if (ended === undefined) return
    this.#gone.set(chatId, Math.max(ended, this.#gone.get(chatId) ?? 0))
    for (const oldest of this.#gone.keys()) {
      if (this.#gone.size <= goneMax) break
      this.#gone.delete(oldest)
    }
  }

  /** Call after any change of a chat: tells who listens, and asks for what is missing. */
  touched(chatId: string): void {
    this.changes.note()
    const record = this.records.get(chatId)
    if (record === undefined) return
    this.needs.hole(chatId, record.held.hasHole)
    if (record.isStale) this.needs.chat(chatId)
  }
}
