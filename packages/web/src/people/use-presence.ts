// Whether a person is online, as far as that can be known: without a connection nobody tells.
import type { Replica } from '@parley/client'
import { useConnection, useReplica } from '../client/client-context.tsx'

type Presence = NonNullable<ReturnType<Replica['presence']>>

/** What is known is of this moment only while the client is connected. */
export const useConnected = (): boolean => useConnection().status === 'ready'

/** Undefined for whoever is not watched, and for everybody without a connection. */
export function usePresence(userId: string | undefined): Presence | undefined {
  const connected = useConnected()
  return useReplica((replica) => (connected && userId !== undefined ? replica.presence(userId) : undefined))
}
