// A home of the replica that lasts as long as the process: for tests, and for clients that come and go within it.
import { newId } from '../new-id.ts'
import type { AccountKey, KeptChat, KeptReplica, ReplicaStore } from '../types.ts'

interface Copy {
  readonly id: string
  me: KeptReplica['me']
  readonly users: Map<string, KeptReplica['users'][number]>
  readonly chats: Map<string, KeptChat>
}

export const memoryReplica = (): ReplicaStore => {
  const copies = new Map<string, Copy>()
  const nameOf = ({ origin, userId }: AccountKey) => `${origin} ${userId}`
  const begin = (): Copy => ({ id: newId(), me: null, users: new Map(), chats: new Map() })

  return {
    open: async (account) => {
      const copy = copies.get(nameOf(account)) ?? begin()
      copies.set(nameOf(account), copy)
      return { copy: copy.id, me: copy.me, users: [...copy.users.values()], chats: [...copy.chats.values()] }
    },
    write: async (account, id, { me, users, chats, forgotten }) => {
      const copy = copies.get(nameOf(account))
      if (copy?.id !== id) return false
      if (me !== undefined) copy.me = me
      for (const userId of forgotten.users) copy.users.delete(userId)
      for (const chatId of forgotten.chats) copy.chats.delete(chatId)
      for (const user of users) copy.users.set(user.id, user)
      for (const chat of chats) {
        const held = copy.chats.get(chat.view.id)?.view.version ?? 0
        if (held <= chat.view.version) copy.chats.set(chat.view.id, chat)
      }
      return true
    },
    erase: async (account) => {
      copies.delete(nameOf(account))
    },
  }
}
