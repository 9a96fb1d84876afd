// A plain model of one chat as the server keeps it: every action gives the event that tells of it, and at any time the chat
// can be fetched anew. Tests compare what a client made of the events with the fetch.
import type { Chat, ChatView, DurableEvent, Member, Message, ServerEvent, User } from '@parley/protocol'
import { sampleChat, sampleMember, sampleMessage, sampleUser } from '../../../protocol/test/samples.ts'

/** A UUID made of a number. */
export const idOf = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`

/** A time made of a number of milliseconds. */
export const timeOf = (number: number): string => new Date(Date.UTC(2026, 0, 1) + number).toISOString()

export const userOf = (id: string, name = `user ${id.slice(-3)}`): User =>
  sampleUser({ id, username: `u${id.slice(-6)}`, name, created_at: timeOf(0) })

type Written<T> = { -readonly [K in keyof T]: T[K] }

export class ModelChat {
  readonly messages: Message[] = []
  readonly members = new Map<string, Member>()
  readonly #chat: Written<Chat>
  /** How far each person who is or was in has read. */
  readonly #readThrough = new Map<string, number>()

  constructor(id: string, ownerId: string, memberIds: readonly string[] = []) {
    const member_count = 1 + memberIds.length
    this.#chat = sampleChat({ id, created_by: ownerId, created_at: timeOf(0), member_count })
    for (const userId of [ownerId, ...memberIds]) {
      this.members.set(userId, this.#newMember(userId, userId === ownerId ? 'owner' : 'member'))
    }
  }

  get id(): string {
    return this.#chat.id
  }

  get version(): number {
    return this.#chat.version
  }

  get chat(): Chat {
    return { ...this.#chat }
  }

  present(): Member[] {
    return [...this.members.values()].filter(({ left_at }) => left_at === null)
  }

  created(): DurableEvent {
    const users = [...this.members.keys()].map((id) => userOf(id))
    return { type: 'chat_created', ...this.#head(), chat: this.chat, users }
  }

  send(senderId: string, text: string, id?: string): DurableEvent {
    const version = this.#next()
    this.#chat.last_seq += 1
    const message = sampleMessage({
      id: id ?? idOf(900_000 + this.#chat.last_seq),
      ...{ chat_id: this.id, seq: this.#chat.last_seq, sender_id: senderId, text, version },
      created_at: timeOf(version),
    })
    this.messages.push(message)
    return { type: 'message_created', ...this.#head(), message }
  }

  edit(seq: number, text: string): DurableEvent | undefined {
    return this.#change('message_updated', seq, (version) => ({ text, edited_at: timeOf(version) }))
  }

  delete(seq: number): DurableEvent | undefined {
    return this.#change('message_deleted', seq, (version) => ({
      text: null,
      files: [],
      deleted_at: timeOf(version),
    }))
  }

  rename(title: string): DurableEvent {
    this.#next()
    this.#chat.title = title
    return { type: 'chat_updated', ...this.#head(), chat: this.chat }
  }

  join(userId: string): DurableEvent | undefined {
    if (this.members.get(userId)?.left_at === null) return undefined
    this.#next()
    this.#chat.member_count += 1
    const member = this.#newMember(userId, 'member')
    this.members.set(userId, member)
    return { type: 'member_added', ...this.#head(), member, chat: this.chat, users: [userOf(userId)] }
  }

  /** As the viewer hears of it: who leaves may have been the one who had read least. */
  leave(userId: string, viewerId: string): ServerEvent[] {
    const member = this.members.get(userId)
    if (member === undefined || member.left_at !== null) return []
    const before = this.#fullyRead(viewerId)
    const version = this.#next()
    this.#chat.member_count -= 1
    const left = { ...member, version, left_at: timeOf(version) }
    this.members.set(userId, left)
    const event = { type: 'member_removed', ...this.#head(), member: left, chat: this.chat } as const
    return [event, ...this.#fullyReadNews(before, viewerId)]
  }

  promote(userId: string): DurableEvent | undefined {
    const member = this.members.get(userId)
    if (member === undefined || member.left_at !== null) return undefined
    const version = this.#next()
    const role = member.role === 'member' ? 'admin' : 'member'
    const promoted: Member = { ...member, version, role }
    this.members.set(userId, promoted)
    return { type: 'member_updated', ...this.#head(), member: promoted }
  }

  /** As the viewer hears of it. */
  read(userId: string, seq: number, viewerId: string): ServerEvent[] {
    const member = this.members.get(userId)
    const target = Math.min(seq, this.#chat.last_seq)
    if (member === undefined || member.left_at !== null || target <= member.read_seq) return []
    const before = this.#fullyRead(viewerId)
    this.members.set(userId, { ...member, read_seq: target })
    this.#readThrough.set(userId, target)
    const at = timeOf(this.version)
    const count = { unread_count: this.unread(userId), version: this.version }
    return [
      {
        ...{ type: 'read', chat_id: this.id, user_id: userId, seq: target, at },
        ...(userId === viewerId ? count : {}),
      },
      ...this.#fullyReadNews(before, viewerId),
    ]
  }

  unread(userId: string): number {
    const readSeq = this.members.get(userId)?.read_seq ?? 0
    return this.messages.filter(
      ({ sender_id, deleted_at, seq }) => sender_id !== userId && deleted_at === null && seq > readSeq,
    ).length
  }

  view(userId: string): ChatView {
    const member = this.members.get(userId)
    return {
      ...this.#chat,
      last_message: this.messages.at(-1) ?? null,
      role: member?.role ?? null,
      joined_seq: member?.joined_seq ?? 0,
      read_seq: member?.read_seq ?? 0,
      unread_count: this.unread(userId),
      fully_read_seq: this.#fullyRead(userId),
      ...{ muted_until: null, pinned: false, archived: false },
    }
  }

  /** What changed after a version, as a resume lists it. */
  since(version: number): { messages: Message[]; members: Member[] } {
    return {
      messages: this.messages.filter((message) => message.version > version),
      members: [...this.members.values()].filter((member) => member.version > version),
    }
  }

  /** The smallest cursor of the others who are in, but no further than one who is or was in has read. */
  #fullyRead(userId: string): number {
    const others = this.present().filter((member) => member.user_id !== userId)
    const read = [...this.#readThrough].filter(([id]) => id !== userId).map(([, seq]) => seq)
    return Math.min(Math.max(0, ...read), ...others.map(({ read_seq }) => read_seq))
  }

  #fullyReadNews(before: number, userId: string): ServerEvent[] {
    const seq = this.#fullyRead(userId)
    return seq > before ? [{ type: 'fully_read', chat_id: this.id, seq }] : []
  }

  #change(
    type: 'message_updated' | 'message_deleted',
    seq: number,
    change: (version: number) => Partial<Message>,
  ): DurableEvent | undefined {
    const message = this.messages[seq - 1]
    if (message === undefined || message.deleted_at !== null) return undefined
    const version = this.#next()
    const changed = { ...message, ...change(version), version }
    this.messages[seq - 1] = changed
    return { type, ...this.#head(), message: changed }
  }

  #newMember(userId: string, role: Member['role']): Member {
    const { id, last_seq, version } = this.#chat
    const joined = { joined_at: timeOf(version), joined_seq: last_seq, version }
    return sampleMember({ chat_id: id, user_id: userId, role, ...joined, read_seq: last_seq })
  }

  #next(): number {
    this.#chat.version += 1
    return this.#chat.version
  }

  #head() {
    return { chat_id: this.id, version: this.version }
  }
}
