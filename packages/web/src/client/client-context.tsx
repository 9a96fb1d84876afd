// Shows the SDK's client to components: the replica through selectors, the own account, the connection.
import type { ConnectionState, ParleyClient, Replica } from '@parley/client'
import type { Me, User } from '@parley/protocol'
import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react'

const ClientContext = createContext<ParleyClient | null>(null)

export function ClientProvider({ client, children }: { client: ParleyClient; children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>
}

export function useClient(): ParleyClient {
  const client = useContext(ClientContext)
  if (client === null) throw new Error('useClient needs a ClientProvider above it')
  return client
}

/**
 * A part of what the client knows; the component renders again only when that part changes. `select` must give the same
 * object for the same state: take objects out of the replica, do not build new ones.
 */
export function useReplica<T>(select: (replica: Replica) => T): T {
  const { replica } = useClient()
  const subscribe = useCallback((listener: () => void) => replica.subscribe(listener), [replica])
  return useSyncExternalStore(subscribe, () => select(replica))
}

export function useConnection(): ConnectionState {
  const client = useClient()
  const subscribe = useCallback((listener: () => void) => client.onConnection(listener), [client])
  return useSyncExternalStore(subscribe, () => client.connectionState())
}

/** The own account; undefined until the first `ready`. */
export function useMaybeMe(): Me | undefined {
  const client = useClient()
  const subscribe = useCallback(
    (listener: () => void) => {
      const ends = [client.replica.subscribe(listener), client.onConnection(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
    [client],
  )
  return useSyncExternalStore(subscribe, () => client.me)
}

const MeContext = createContext<Me | null>(null)

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>
}

/** The own account, below the place that waits for it. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (me === null) throw new Error('useMe needs a MeProvider above it')
  return me
}

export function useUser(userId: string | undefined): User | undefined {
  return useReplica((replica) => (userId === undefined ? undefined : replica.user(userId)))
}
