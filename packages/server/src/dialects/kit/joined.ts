// The chats that clients joined: each socket its own, or all sockets of a person together.
import type { Id } from '@parley/protocol'

export interface JoinedChats {
  /** The set of a socket that is let in. */
  enter(userId: Id): Set<Id>
  /** For each `enter` one, when the socket is closed. */
  leave(userId: Id): void
}

export const joinedBySocket: JoinedChats = { enter: () => new Set(), leave: () => undefined }

/** What the sockets of a person joined is forgotten when the last of them is closed. */
export function joinedByPerson(): JoinedChats {
  const people = new Map<Id, { readonly chats: Set<Id>; sockets: number }>()
  return {
    enter(userId) {
      const own = people.get(userId) ?? { chats: new Set(), sockets: 0 }
      own.sockets += 1
      people.set(userId, own)
      return own.chats
    },
    leave(userId) {
      const own = people.get(userId)
      if (own === undefined) return
      own.sockets -= 1
      if (own.sockets === 0) people.delete(userId)
    },
  }
}
