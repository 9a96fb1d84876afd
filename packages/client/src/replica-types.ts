// The public types of the kept replica: what of it lives on the device, and where.
import type { ChatView, Me, Message, User } from '@parley/protocol'
import type { AccountKey, TakeTurn } from './outbox-types.ts'

/** One chat as of the version of its view, with the newest messages as of the same. */
export interface KeptChat {
  readonly view: ChatView
  /** Null where they are not known. */
  readonly tail: {
    /** Ascending by seq, without holes, up to the last of the chat. */
    readonly messages: readonly Message[]
    /** There are older ones. */
    readonly hasBefore: boolean
  } | null
}

/** What is kept of an account. */
export interface KeptReplica {
  /** Names this copy, from its first opening to its erasure: what is written for another one is not written. */
  readonly copy: string
  readonly me: Me | null
  readonly users: readonly User[]
  readonly chats: readonly KeptChat[]
}

/** What is to be kept in place of what is. */
export interface ReplicaChanges {
  /** Missing where it is as it was. */
  readonly me?: Me
  readonly users: readonly User[]
  readonly chats: readonly KeptChat[]
  /** Ids of people and chats to forget, before the others are put. */
  readonly forgotten: { readonly users: readonly string[]; readonly chats: readonly string[] }
}

/**
 * Home of the replica on the device, for several accounts apart. It is a cache: what it does not keep, or gives back wrongly, is fetched
 * again.
 */
export interface ReplicaStore {
  /** All that is kept of the account. Where there is nothing, or what no one can read any more, an empty copy begins. */
  open(account: AccountKey): Promise<KeptReplica>
  /**
   * Keeps all of the changes or none. A chat that is kept as of a newer version stays as it is. False, and nothing is kept, if the copy
   * was erased since it was opened.
   */
  write(account: AccountKey, copy: string, changes: ReplicaChanges): Promise<boolean>
  /** Forgets everything of the account. What is written for the copy after that is not kept. */
  erase(account: AccountKey): Promise<void>
  /** For a store that several clients (tabs) use at once: one of them writes. Without it all write. */
  readonly takeTurn?: TakeTurn
}

/** Whether the replica lives on the device: `none` where no store was given or the account was erased there, `failed` if the store did. */
export type ReplicaKept = 'none' | 'opening' | 'kept' | 'failed'
