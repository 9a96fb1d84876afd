// The public face of the SDK. `fileOutbox` and `fileDevices`, which need Node, are in '@parley/client/node'.
export {
  ClosedError,
  ConnectionError,
  DeviceStoreError,
  DiscardedError,
  EventOverflowError,
  OutboxError,
  OutboxFullError,
  ParleyError,
  ReplicaStoreError,
} from './errors.ts'
export { indexedDbReplica } from './kept/indexed-db-replica.ts'
export { memoryReplica } from './kept/memory-replica.ts'
export { newId } from './new-id.ts'
export { indexedDbOutbox } from './outbox/indexed-db-outbox.ts'
export { memoryOutbox } from './outbox/memory-outbox.ts'
export { outboxLimits } from './outbox/outbox-limits.ts'
export { Parley } from './parley.ts'
export type * from './types.ts'
