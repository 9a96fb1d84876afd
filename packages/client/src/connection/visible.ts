// The state of a connection as the application sees it.
import type { ConnectionState } from '../types.ts'
import type { LinkState } from './connection.ts'
import { pollInterval } from './polling-socket.ts'
import type { Way } from './ways.ts'

export const visible = (state: LinkState, way: Way): ConnectionState => {
  switch (state.status) {
    case 'authorising':
    case 'connecting':
      return Object.freeze({ status: 'connecting', attempt: state.attempt })
    case 'greeting':
      return Object.freeze({ status: 'greeting', attempt: state.attempt })
    case 'ready':
      return Object.freeze(
        way === 'socket'
          ? { status: 'ready', since: state.since, via: way }
          : { status: 'ready', since: state.since, via: way, interval: pollInterval },
      )
    case 'waiting':
      return Object.freeze({
        status: 'waiting',
        attempt: state.attempt,
        retryAt: state.retryAt,
        reason: state.reason,
      })
    case 'closed':
      return Object.freeze({
        status: 'closed',
        reason: state.reason,
        ...('error' in state ? { error: state.error } : {}),
      })
  }
}
