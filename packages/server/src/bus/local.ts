// The bus of a single node: events go to the handlers of this process, in the turn in which they are published.
import type { Bus, Envelope } from '../core/events.ts'
import type { Log } from '../core/ports.ts'

interface Subscription {
  readonly handler: (envelopes: readonly Envelope[]) => void
}

/**
 * Delivers before `publish` returns, except for what a handler itself publishes: that waits until every handler has had the
 * present call, so that all handlers see one order. Everything that happens on a single node is of interest to it, so
 * `setInterest` withholds nothing. A handler that throws is logged and does not keep events from the others.
 */
export function createLocalBus(ports: { readonly log: Log }): Bus {
  const subscriptions = new Set<Subscription>()
  const calls: (readonly Envelope[])[] = []
  let delivering = false
  let closed = false

  const deliver = (envelopes: readonly Envelope[]): void => {
    for (const subscription of [...subscriptions]) {
      if (!subscriptions.has(subscription)) continue
      try {
        subscription.handler(envelopes)
      } catch (error) {
        ports.log.error({ err: error, layer: 'bus' }, 'a receiver of events failed')
      }
    }
  }

  return {
    publish(envelopes) {
      if (closed) return
      calls.push(envelopes)
      if (delivering) return
      delivering = true
      for (let call = calls.shift(); call !== undefined; call = calls.shift()) deliver(call)
      delivering = false
    },
    subscribe(handler) {
      const subscription = { handler }
      subscriptions.add(subscription)
      return () => void subscriptions.delete(subscription)
    },
    async setInterest() {},
    async close() {
      subscriptions.clear()
      calls.length = 0
      closed = true
    },
  }
}
