// The public types of the outbox: what waits in it, and where it is kept.

/** A stored blob, by the types of wherever this is compiled: those of the DOM or of Node. */
export type BlobContent = typeof globalThis extends { readonly Blob: { readonly prototype: infer B } }
  ? B
  : never

/** What the server answered, or `failed` with the fault of a program. */
interface Refusal {
  /** The stable word to act on. */
  readonly code: string
  /** For logs, in English. */
  readonly detail: string
}

interface EntryFacts {
  readonly id: string
  readonly chatId: string
  /** The account that made it, and the server of that account: the entry leaves under it and under no other. */
  readonly senderId: string
  /** Missing in entries that an older version kept. */
  readonly origin?: string
  /** Milliseconds since 1970, by the client's clock: the order of sending. */
  readonly createdAt: number
  /** Set when it cannot be sent: the server refused it for good, or sending it failed (`failed`). It stays until retried or discarded. */
  readonly failed: Refusal | null
  /**
   * Why it waits although the server is there: it asked, more than once or for what only people can change (`storage_full`), to try
   * later. Gone as soon as it is sent, refused for good or tried again by `retry`. Missing in entries that an older version kept.
   */
  readonly delay?: Refusal | null
}

/** A file that waits to be uploaded with its message. */
export interface OutgoingFile {
  readonly name: string
  readonly content: BlobContent
  /** Once the server has it. */
  readonly fileId?: string
}

/** A message that the server has not acknowledged. Its id is the id of the message. */
export interface OutgoingMessage extends EntryFacts {
  readonly kind: 'message'
  /** Empty for files alone. */
  readonly text: string
  /** Files that go with it and were uploaded before; missing for none. */
  readonly fileIds?: readonly string[]
  /** Files that are uploaded with it and follow those. Their content stays until the message is acknowledged. */
  readonly files?: readonly OutgoingFile[]
  readonly replyToId: string | null
}

/** A new text of an own message. */
export interface OutgoingEdit extends EntryFacts {
  readonly kind: 'edit'
  readonly messageId: string
  readonly text: string
}

export interface OutgoingDeletion extends EntryFacts {
  readonly kind: 'deletion'
  readonly messageId: string
}

/** An own cursor that could not be told yet; one for each chat. */
export interface OutgoingRead extends EntryFacts {
  readonly kind: 'read'
  readonly seq: number
}

/** What changes a message that is there. */
export type OutgoingChange = OutgoingEdit | OutgoingDeletion

/** Something that the account did and that the server has not acknowledged. */
export type OutboxEntry = OutgoingMessage | OutgoingChange | OutgoingRead

/** Whose entries: an account of a server. */
export interface AccountKey {
  /** `url` of the options, without a slash at the end. */
  readonly origin: string
  readonly userId: string
}

/** Durable home of the outbox. Every call resolves only when the change is kept. */
export interface OutboxStore {
  /** The entries of one account: see `isOf`. */
  all(account: AccountKey): Promise<OutboxEntry[]>
  put(entry: OutboxEntry): Promise<void>
  delete(id: string): Promise<void>
  /** For a store that several clients (tabs) use at once; without it the store has one user. */
  readonly sharing?: OutboxSharing
}

/** How the users of one store agree. Doubled sends are harmless; this keeps them rare and in order. */
export interface OutboxSharing {
  /** Called after another user changed the store. Returns the end of the watch. */
  watch(listener: () => void): () => void
  /** For sending the entries of an account. */
  takeTurn: TakeTurn
}

/**
 * Queues up to be the one of several users of a store who does the work for an account. `steal` takes the turn from a user who seems
 * asleep. `lost` is called if it is stolen in turn. Returns what gives the turn (or the place in the queue) up.
 */
export type TakeTurn = (
  account: string,
  turn: { readonly steal: boolean; readonly granted: () => void; readonly lost: () => void },
) => () => void

/** What is shown in a timeline, and sent in order. */
export type Sendable = OutgoingMessage | OutgoingChange
