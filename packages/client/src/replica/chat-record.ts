// One chat as the replica knows it: each fact with what is needed to tell a newer one from an older one.
import type { Chat, ChatView, Member, Message, Preferences } from '@parley/protocol'
import { ReceivedVersions } from './received-versions.ts'
import {
  changeUnread,
  isStale,
  rebaseUnread,
  startUnread,
  type Unread,
  type UnreadBase,
  type UnreadChange,
  unreadCount,
} from './unread.ts'

/**
 * Facts without a version (preferences, profiles) come by events and in answers to calls. `Moment` orders them: it
 * rises with every event, and an answer is as old as the moment of its question.
 */
export type Moment = number

export class ChatRecord {
  readonly held: ReceivedVersions
  /**
   * Which changes the application was told of. Not those that are held: a view that was fetched holds changes whose
   * events are still on their way, and the application waits for them.
   */
  readonly reported = new ReceivedVersions(0)
  #chat: Chat
  /** The newest version seen in anything of this chat. */
  #version: number
  #lastSeq: number
  #lastMessage: Message | null
  #own: { readonly role: ChatView['role']; readonly joined_seq: number; readonly version: number }
  #fullyReadSeq: number
  #preferences: Preferences
  #preferencesMoment: Moment
  #unread: Unread
  #view: ChatView | undefined

  constructor(view: ChatView, moment: Moment) {
    this.held = new ReceivedVersions(view.version)
    this.#chat = chatOf(view)
    this.#version = view.version
    this.#lastSeq = view.last_seq
    this.#lastMessage = view.last_message
    this.#own = { role: view.role, joined_seq: view.joined_seq, version: view.version }
    this.#fullyReadSeq = view.fully_read_seq
    this.#preferences = preferencesOf(view)
    this.#preferencesMoment = moment
    this.#unread = startUnread(baseOf(view))
  }

  /** A new chat that its `chat_created` told of: nobody has said, read or set anything yet. */
  static ofCreated(chat: Chat, ownId: string, moment: Moment): ChatRecord {
    const role = chat.kind === 'group' && chat.created_by === ownId ? 'owner' : 'member'
    const untouched = { last_message: null, joined_seq: 0, read_seq: 0, unread_count: 0, fully_read_seq: 0 }
    const preferences = { muted_until: null, pinned: false, archived: false }
    return new ChatRecord({ ...chat, ...untouched, role, ...preferences }, moment)
  }

  /** Frozen, and the same object until something changes. */
  get view(): ChatView {
    this.#view ??= Object.freeze({
      ...this.#chat,
      version: this.#version,
      last_seq: this.#lastSeq,
      last_message: this.#lastMessage,
      role: this.#own.role,
      joined_seq: this.#own.joined_seq,
      read_seq: this.#unread.base.read_seq,
      unread_count: unreadCount(this.#unread),
      fully_read_seq: this.#fullyReadSeq,
      ...this.#preferences,
    })
    return this.#view
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  /** The view is true as of its version: no change up to it is missing. */
  get isWhole(): boolean {
    return !this.held.hasHole && this.held.contiguous === this.#version && !this.isStale
  }

  /** The unread count needs a new base from the server. */
  get isStale(): boolean {
    return isStale(this.#unread)
  }

  /** The version as of which the own membership is known. */
  get ownVersion(): number {
    return this.#own.version
  }

  mergeView(view: ChatView, moment: Moment): void {
    this.mergeChat(chatOf(view))
    if (view.version >= this.#own.version) {
      this.#own = { role: view.role, joined_seq: view.joined_seq, version: view.version }
    }
    if (view.last_message !== null) this.mergeLastMessage(view.last_message)
    this.mergeFullyRead(view.fully_read_seq)
    this.mergePreferences(preferencesOf(view), moment)
    this.#unread = rebaseUnread(this.#unread, baseOf(view))
    this.#touch()
  }

  mergeChat(chat: Chat): void {
    if (chat.version >= this.#chat.version) this.#chat = chat
    this.#seen(chat.version)
    this.#lastSeq = Math.max(this.#lastSeq, chat.last_seq)
    this.#touch()
  }

  /** The own membership. */
  mergeOwnMember(member: Member): void {
    if (member.version <= this.#own.version) return
    this.#own = { role: member.role, joined_seq: member.joined_seq, version: member.version }
    this.#touch()
  }

  mergeLastMessage(message: Message): void {
    this.#lastSeq = Math.max(this.#lastSeq, message.seq)
    this.#seen(message.version)
    const held = this.#lastMessage
    const follows = held === null || message.seq > held.seq
    if (follows || (message.seq === held.seq && message.version > held.version)) this.#lastMessage = message
    this.#touch()
  }

  mergeFullyRead(seq: number): void {
    if (seq <= this.#fullyReadSeq) return
    this.#fullyReadSeq = seq
    this.#touch()
  }

  mergePreferences(preferences: Preferences, moment: Moment): void {
    if (moment < this.#preferencesMoment) return
    this.#preferencesMoment = moment
    this.#preferences = preferences
    this.#touch()
  }

  /** The own cursor moved, and the server counted anew. */
  mergeRead(read: { readonly seq: number; readonly unread_count: number; readonly version: number }): void {
    this.#unread = rebaseUnread(this.#unread, {
      count: read.unread_count,
      version: read.version,
      read_seq: read.seq,
    })
    this.#touch()
  }

  /** Every durable change must be noted, those that leave the count alone too. */
  changeUnread(change: UnreadChange): void {
    this.#unread = changeUnread(this.#unread, change)
    this.#seen(change.version)
    this.#touch()
  }

  #seen(version: number): void {
    this.#version = Math.max(this.#version, version)
  }

  #touch(): void {
    this.#view = undefined
  }
}

const baseOf = (view: ChatView): UnreadBase => ({
  count: view.unread_count,
  version: view.version,
  read_seq: view.read_seq,
})

const preferencesOf = ({ muted_until, pinned, archived }: ChatView): Preferences => ({
  muted_until,
  pinned,
  archived,
})

/** The part of a view that is the same for everyone. */
const chatOf = (view: ChatView): Chat => ({
  id: view.id,
  kind: view.kind,
  title: view.title,
  description: view.description,
  posting: view.posting,
  visibility: view.visibility,
  created_by: view.created_by,
  created_at: view.created_at,
  deleted_at: view.deleted_at,
  member_count: view.member_count,
  direct_user_ids: view.direct_user_ids,
  last_seq: view.last_seq,
  version: view.version,
})
