// The messages that others reply to: from the window if they are in it, else asked for once.
import type { ParleyClient, TimelineItem } from '@parley/client'
import type { Message } from '@parley/protocol'
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { useClient } from '../../client/client-context.tsx'
import { errorCode } from '../../client/error-code.ts'
import { useConnected } from '../../people/use-presence.ts'

/** `missing`: deleted from the chat's history, or not to be had. */
export type Quoted = Message | 'missing' | undefined

class Quotes {
  readonly #client: ParleyClient
  readonly #found = new Map<string, Quoted>()
  readonly #listeners = new Set<() => void>()

  constructor(client: ParleyClient) {
    this.#client = client
  }

  get(messageId: string): Quoted {
    return this.#found.get(messageId)
  }

  /** Asks the server once per message; one that got no answer may be asked again. */
  want(messageId: string): void {
    if (this.#found.has(messageId)) return
    this.#found.set(messageId, undefined)
    this.#client.call('getMessage', { params: { message_id: messageId } }).then(
      ({ message }) => this.#keep(messageId, message),
      (error: unknown) => {
        if (errorCode(error) === 'not_found') this.#keep(messageId, 'missing')
        else this.#found.delete(messageId)
      },
    )
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #keep(messageId: string, quoted: Quoted): void {
    this.#found.set(messageId, quoted)
    for (const listener of this.#listeners) listener()
  }
}

const QuotesContext = createContext<{ quotes: Quotes; inWindow: ReadonlyMap<string, Message> } | null>(null)

interface QuotesProviderProps {
  items: readonly TimelineItem[]
  children: ReactNode
}

export function QuotesProvider({ items, children }: QuotesProviderProps) {
  const client = useClient()
  const [quotes] = useState(() => new Quotes(client))
  const value = useMemo(() => {
    const inWindow = new Map<string, Message>()
    for (const item of items) if (item.state === 'sent') inWindow.set(item.message.id, item.message)
    return { quotes, inWindow }
  }, [quotes, items])
  return <QuotesContext value={value}>{children}</QuotesContext>
}

export function useQuoted(messageId: string): Quoted {
  const context = useContext(QuotesContext)
  if (context === null) throw new Error('useQuoted needs a QuotesProvider above it')
  const { quotes, inWindow } = context
  const near = inWindow.get(messageId)
  const connected = useConnected()
  const far = useSyncExternalStore(quotes.subscribe, () => quotes.get(messageId))
  useEffect(() => {
    if (near === undefined && connected) quotes.want(messageId)
  }, [near, quotes, messageId, connected])
  return near ?? far
}
