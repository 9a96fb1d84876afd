// The chats as a whole: finding, making, joining and leaving them, and the pages of the list beyond `ready`.
import type { ReplicaState } from '../replica/state.ts'
import type { ChatHandle, Chats } from '../types.ts'
import { Handle, type HandlePorts } from './chat-handle.ts'

export interface ChatListPorts extends HandlePorts {
  readonly state: ReplicaState
  /** Resolves when it is known who one is. */
  readonly ownId: () => Promise<string>
}

export class ChatList implements Chats {
  readonly #ports: ChatListPorts
  readonly #handles = new Map<string, ChatHandle>()
  #cursor: string | null = null
  /** Once pages were loaded, the cursor of a later `ready` would begin again behind the first. */
  #hasPaged = false

  constructor(ports: ChatListPorts) {
    this.#ports = ports
  }

  async direct(userId: string): Promise<ChatHandle> {
    const { chat } = await this.#ports.call('createChat', { body: { kind: 'direct', user_id: userId } })
    return this.handle(chat.id)
  }

  async createGroup(group: Parameters<Chats['createGroup']>[0]): Promise<ChatHandle> {
    const { chat } = await this.#ports.call('createChat', { body: { ...group, kind: 'group' } })
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
    const answer = await this.#ports.call('listChats', { query: { cursor: this.#cursor } })
    this.#cursor = answer.next_cursor
    this.#hasPaged = true
    return this.#cursor !== null
  }

  onReady(cursor: string | null): void {
    if (!this.#hasPaged) this.#cursor = cursor
  }
}
