// The chats as a whole: finding, making, joining and leaving them, and the pages of the list beyond `ready`.
import type { ChatView, RouteBody } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { v7 as uuidv7 } from 'uuid'
import { ConnectionError } from '../errors.ts'
import type { ReplicaState } from '../replica/state.ts'
import type { ChatHandle, Chats, GroupOptions } from '../types.ts'
import { Handle, type HandlePorts } from './chat-handle.ts'

export interface ChatListPorts extends HandlePorts {
  readonly state: ReplicaState
  /** Resolves when it is known who one is. */
  readonly ownId: () => Promise<string>
  /** Resolves at the next (or the present) `ready`. */
  readonly connected: () => Promise<void>
}

export class ChatList implements Chats {
  readonly #ports: ChatListPorts
  readonly #handles = new Map<string, ChatHandle>()
  #cursor: string | null = null
  /** Once pages were loaded, the cursor of a later `ready` would begin again behind the first. */
  #hasPaged = false
  #loadingAll: Promise<void> | undefined

  constructor(ports: ChatListPorts) {
    this.#ports = ports
  }

  async direct(userId: string): Promise<ChatHandle> {
    return await this.#create({ kind: 'direct', user_id: userId })
  }

  async createGroup(group: GroupOptions): Promise<ChatHandle> {
    const { memberIds, id = uuidv7(), ...settings } = group
    const body = { ...settings, kind: 'group' as const, id, member_ids: [...memberIds] }
    try {
      return await this.#create(body)
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      // Whether the group was made is unknown. By its id the server knows it again.
      await this.#ports.connected()
      return await this.#create(body)
    }
  }

  async #create(body: RouteBody<'createChat'>): Promise<ChatHandle> {
    const { chat } = await this.#ports.call('createChat', { body })
    return this.handle(chat.id)
  }

  handle(chatId: string): ChatHandle {
    const known = this.#handles.get(chatId)
    if (known !== undefined) return known
    const handle = new Handle(chatId, this.#ports)
    this.#handles.set(chatId, handle)
    return handle
  }

  async join(chatId: string): Promise<ChatHandle> {
    const params = { chat_id: chatId }
    await this.#ports.call('addMembers', { params, body: { user_ids: [await this.#ports.ownId()] } })
    await this.#ports.call('getChat', { params })
    return this.handle(chatId)
  }

  async leave(chatId: string): Promise<void> {
    const params = { chat_id: chatId, user_id: await this.#ports.ownId() }
    await this.#ports.call('removeMember', { params })
    this.#ports.state.dropChat(chatId)
  }

  async loadMore(): Promise<boolean> {
    if (this.#cursor === null) return false
    const answer = await this.#ports.call('listChats', {
      query: { cursor: this.#cursor, limit: limits.pageMax },
    })
    this.#cursor = answer.next_cursor
    this.#hasPaged = true
    return this.#cursor !== null
  }

  async loadAll(): Promise<void> {
    this.#loadingAll ??= this.#loadRest().finally(() => {
      this.#loadingAll = undefined
    })
    await this.#loadingAll
  }

  hasMore(): boolean {
    return this.#cursor !== null
  }

  async search(title: string): Promise<readonly ChatView[]> {
    const query = [...title.trim()].slice(0, limits.titleMax).join('')
    if (query === '') return []
    const { items } = await this.#ports.call('listChats', { query: { query, limit: limits.pageMax } })
    // As the replica has them, which may know more by now.
    return items.map((view) => this.#ports.state.records.get(view.id)?.view ?? view)
  }

  async #loadRest(): Promise<void> {
    while (await this.loadMore());
  }

  onReady(cursor: string | null): void {
    if (!this.#hasPaged) this.#cursor = cursor
  }
}
