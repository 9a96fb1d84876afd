// The rules of docs/spec.md once more, as plain data without a server: what every command must answer, and what everyone must
// see afterwards.
import type { ErrorCode, Role } from '@parley/protocol'

export interface ModelMessage {
  readonly id: string
  readonly sender: string
  text: string | null
  edited: boolean
}

export interface ModelMember {
  role: Role
  readSeq: number
  /** Order of joining: who comes first inherits. */
  readonly joined: number
}

export interface ModelChat {
  readonly id: string
  readonly kind: 'direct' | 'group'
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  readonly members: Map<string, ModelMember>
  /** Everybody who is or was in it. */
  readonly known: Set<string>
  /** How far each of them has read. */
  readonly readThrough: Map<string, number>
  /** Index + 1 is the seq. */
  readonly messages: ModelMessage[]
  version: number
  deleted: boolean
}

/** `null` stands for success. */
export type Verdict = ErrorCode | null

export class PlainModel {
  readonly users: readonly string[]
  readonly chats = new Map<string, ModelChat>()
  #joins = 0

  constructor(users: readonly string[]) {
    this.users = users
  }

  addChat(
    id: string,
    kind: 'direct' | 'group',
    owner: string,
    others: readonly string[],
    settings: { posting: 'everyone' | 'admins'; visibility: 'private' | 'public' },
  ): void {
    const members = new Map<string, ModelMember>()
    // First members join at the same moment; the server then goes by user id.
    const joined = this.#joins++
    for (const user of new Set([owner, ...others])) {
      const role = kind === 'group' && user === owner ? 'owner' : 'member'
      members.set(user, { role, readSeq: 0, joined })
    }
    const known = new Set(members.keys())
    const nothing = { readThrough: new Map<string, number>(), messages: [], version: 1, deleted: false }
    this.chats.set(id, { id, kind, ...settings, members, known, ...nothing })
  }

  /** The chat if it exists for that person. */
  visible(chatId: string, user: string): ModelChat | null {
    const chat = this.chats.get(chatId)
    return chat === undefined || chat.deleted || !chat.members.has(user) ? null : chat
  }

  findMessage(id: string): { chat: ModelChat; message: ModelMessage; seq: number } | null {
    for (const chat of this.chats.values()) {
      const index = chat.messages.findIndex((message) => message.id === id)
      const message = chat.messages[index]
      if (message !== undefined) return { chat, message, seq: index + 1 }
    }
    return null
  }

  send(user: string, chatId: string, id: string, text: string): Verdict {
    const stored = this.findMessage(id)
    if (stored !== null) {
      const same = stored.message.sender === user && stored.chat.id === chatId
      if (same) return null
      return 'id_taken'
    }
    const chat = this.visible(chatId, user)
    const member = chat?.members.get(user)
    if (!chat || !member) return 'not_found'
    if (chat.posting === 'admins' && member.role === 'member') return 'posting_restricted'
    chat.messages.push({ id, sender: user, text, edited: false })
    chat.version += 1
    return null
  }

  edit(user: string, id: string, text: string): Verdict {
    const found = this.findMessage(id)
    if (!found || !this.visible(found.chat.id, user)) return 'not_found'
    if (found.message.sender !== user) return 'forbidden'
    if (found.message.text === null) return 'deleted'
    if (found.message.text === text) return null
    found.message.text = text
    found.message.edited = true
    found.chat.version += 1
    return null
  }

  delete(user: string, id: string): Verdict {
    const found = this.findMessage(id)
    const member = found && this.visible(found.chat.id, user)?.members.get(user)
    if (!found || !member) return 'not_found'
    if (found.message.sender !== user && member.role === 'member') return 'forbidden'
    if (found.message.text === null) return null
    found.message.text = null
    found.chat.version += 1
    return null
  }

  read(user: string, chatId: string, seq: number): Verdict {
    const chat = this.visible(chatId, user)
    const member = chat?.members.get(user)
    if (!chat || !member) return 'not_found'
    const wanted = Math.min(seq, chat.messages.length)
    if (wanted <= member.readSeq) return null
    member.readSeq = wanted
    chat.readThrough.set(user, wanted)
    return null
  }

  add(user: string, chatId: string, added: string): Verdict {
    const chat = this.chats.get(chatId)
    if (chat === undefined || chat.deleted) return 'not_found'
    const member = chat.members.get(user)
    if (member === undefined) {
      if (chat.kind !== 'group' || chat.visibility !== 'public') return 'not_found'
      if (added !== user) return 'forbidden'
    } else {
      if (chat.kind === 'direct') return 'direct_chat'
      if (added !== user && member.role === 'member') return 'forbidden'
    }
    if (chat.members.has(added)) return null
    chat.known.add(added)
    chat.members.set(added, { role: 'member', readSeq: chat.messages.length, joined: this.#joins++ })
    chat.version += 1
    return null
  }

  setRole(user: string, chatId: string, target: string, role: Role): Verdict {
    const chat = this.visible(chatId, user)
    const own = chat?.members.get(user)
    if (!chat || !own) return 'not_found'
    if (chat.kind === 'direct') return 'direct_chat'
    if (own.role !== 'owner') return 'forbidden'
    const member = chat.members.get(target)
    if (member === undefined) return 'not_found'
    if (member.role === role) return null
    if (target === user) return 'forbidden'
    if (role === 'owner') {
      own.role = 'admin'
      chat.version += 1
    }
    member.role = role
    chat.version += 1
    return null
  }

  remove(user: string, chatId: string, target: string): Verdict {
    const chat = this.visible(chatId, user)
    const own = chat?.members.get(user)
    if (chat && chat.kind === 'direct') return 'direct_chat'
    const leaving = chat?.members.get(target)
    if (!chat || !own || !leaving) {
      // Who is out already is out, for whoever may know that they were in.
      const mayKnow = own !== undefined || user === target
      return mayKnow && this.chats.get(chatId)?.known.has(target) ? null : 'not_found'
    }
    const mayRemove = own.role === 'owner' || (own.role === 'admin' && leaving.role === 'member')
    if (target !== user && !mayRemove) return 'forbidden'
    chat.version += 1
    if (chat.members.size === 1) {
      chat.deleted = true
      return null
    }
    chat.members.delete(target)
    if (leaving.role === 'owner') {
      const heir = this.#heir(chat)
      if (heir !== undefined) {
        heir.role = 'owner'
        chat.version += 1
      }
    }
    return null
  }

  #heir(chat: ModelChat): ModelMember | undefined {
    const bySeniority = [...chat.members].sort(
      ([idA, a], [idB, b]) => a.joined - b.joined || (idA < idB ? -1 : 1),
    )
    const admin = bySeniority.find(([, member]) => member.role === 'admin')
    return (admin ?? bySeniority[0])?.[1]
  }

  /** A recount, from nothing but the messages and the cursor. */
  unread(chat: ModelChat, user: string): number {
    const readSeq = chat.members.get(user)?.readSeq ?? 0
    return chat.messages.slice(readSeq).filter((message) => message.sender !== user && message.text !== null)
      .length
  }

  fullyRead(chat: ModelChat, user: string): number {
    const others = [...chat.members].filter(([id]) => id !== user).map(([, member]) => member.readSeq)
    const read = [...chat.readThrough].filter(([id]) => id !== user).map(([, seq]) => seq)
    return Math.min(Math.max(0, ...read), ...others)
  }
}
