// The global `Parley` of a page that loads `parley.global.js` by a script tag: the functions of the class, and the rest of
// the module beside them.
import { Parley } from '../parley.ts'

export const { open, connect, register, login, seedDemo } = Parley
export {
  ClosedError,
  ConnectionError,
  DiscardedError,
  EventOverflowError,
  OutboxError,
  ParleyError,
} from '../errors.ts'
export { indexedDbOutbox } from '../outbox/indexed-db-outbox.ts'
export { memoryOutbox } from '../outbox/memory-outbox.ts'
