// Publishes what changed in chats after the versions that are known of them, and how people stand to chats.
import type { Id } from '@parley/protocol'
import type { Bus } from '../events.ts'
import type { Storage, Stores } from '../ports.ts'
import { usersOf } from '../users-of.ts'
import { type ChatPeople, chatEvents, firstVersion, memberEvent } from './chat-events.ts'
import type { Followed } from './followed.ts'
import type { ChatChanges, ChatSince, MemberKey } from './store.ts'

/** Chats of which nothing changed cost one look at their row. */
export async function reconcileChats(
  ports: { readonly storage: Storage; readonly bus: Pick<Bus, 'publish'> },
  sinces: readonly ChatSince[],
  followed: Pick<Followed, 'noteAllPublished'> | null,
): Promise<void> {
  if (sinces.length === 0) return
  const { stores } = ports.storage
  const sinceOf = new Map(sinces.map(({ chatId, since }) => [chatId, since]))
  for (const changes of await stores.reconcile.changes(sinces)) {
    const { chat } = changes
    const since = sinceOf.get(chat.id) ?? chat.version
    if (chat.version <= since) continue
    const events = chatEvents(changes, since, await peopleOf(stores, changes, since))
    if (events.length > 0) ports.bus.publish(events)
    followed?.noteAllPublished(chat.id, chat.version)
  }
}

/** Publishes how these people stand to these chats now. Those whose sockets follow as they should hear nothing new. */
export async function reconcileMembers(
  ports: { readonly storage: Storage; readonly bus: Pick<Bus, 'publish'> },
  keys: readonly MemberKey[],
): Promise<void> {
  if (keys.length === 0) return
  const { stores } = ports.storage
  const found = await stores.reconcile.members(keys)
  const users = await usersOf(
    stores,
    found.map(({ member }) => member.user_id),
  )
  const profiles = new Map(users.map((user) => [user.id, user]))
  for (const { member, chat } of found) ports.bus.publish([memberEvent(member, chat, profiles)])
}

async function peopleOf(stores: Stores, { chat, members }: ChatChanges, since: number): Promise<ChatPeople> {
  const isNew = since < firstVersion
  const named: Id[] = members.filter((member) => member.left_at === null).map((member) => member.user_id)
  const users = await usersOf(stores, isNew ? [...named, chat.created_by] : named)
  return {
    profiles: new Map(users.map((user) => [user.id, user])),
    present: isNew ? await stores.members.ids(chat.id) : [],
  }
}
