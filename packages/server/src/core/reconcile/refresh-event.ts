// An event that takes no version, with what the database says now in place of what it said. Whoever hears it twice loses nothing.
import type { Envelope } from '../events.ts'
import type { Clock, Storage } from '../ports.ts'
import { fullyReadEvents, nobodyRead } from '../reads/fully-read.ts'
import { readEvents } from '../reads/mark-read.ts'

/** None when there is nothing (any more) that would have to be told. */
export async function refreshEvent(
  ports: { readonly storage: Storage; readonly clock: Clock },
  { audience, event }: Envelope,
): Promise<readonly Envelope[]> {
  const { stores } = ports.storage
  switch (event.type) {
    case 'read': {
      const state = await stores.reads.state(event.chat_id, event.user_id)
      return state === null ? [] : readEvents(event.user_id, event.chat_id, { ...state, before: nobodyRead })
    }
    case 'fully_read':
      return fullyReadEvents(event.chat_id, nobodyRead, await stores.reads.progress(event.chat_id))
    case 'preferences_updated': {
      if (audience.kind !== 'member') return []
      const view = await stores.chats.view(event.chat_id, audience.user_id)
      if (view === null || view.role === null) return []
      const { muted_until, pinned, archived } = view
      return [{ audience, event: { ...event, preferences: { muted_until, pinned, archived } } }]
    }
    case 'session_revoked': {
      const live = await stores.sessions.isLive(event.session_id, ports.clock.now())
      return live ? [] : [{ audience, event }]
    }
    case 'user_updated': {
      const [user] = await stores.accounts.profiles([event.user.id])
      return user === undefined ? [] : [{ audience, event: { ...event, user } }]
    }
    case 'me_updated': {
      const account = await stores.accounts.find(event.user.id)
      return account === null ? [] : [{ audience, event: { ...event, user: account.me } }]
    }
    default:
      // The others take a version, or nothing of them is stored: see doubtOf.
      return []
  }
}
