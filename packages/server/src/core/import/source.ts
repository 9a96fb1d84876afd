// What another program gives to an import. Each row carries that program's own key, which is a text and says nothing about anybody.
// Chats name people, messages name both: whoever is named comes before.

export interface ForeignPerson {
  readonly key: string
  /** One of the two at least, to log in with, unless the account is gone. */
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  /** Null where it is not known. */
  readonly passwordHash: string | null
  readonly createdAt: Date
  /** Since when there is only what they wrote; they are in no chat any more. */
  readonly goneAt?: Date | null
}

export interface ForeignMember {
  readonly personKey: string
  readonly role: 'owner' | 'admin' | 'member'
  readonly joinedAt: Date
  /** Of who wrote there and is in no more; nobody leaves a direct chat. */
  readonly leftAt: Date | null
}

export interface ForeignChat {
  readonly key: string
  readonly kind: 'direct' | 'group'
  /** Of groups. */
  readonly title: string
  /** Of groups: who may post, and whether anybody may find and join it. Everybody who is in it, and nobody, if not given. */
  readonly posting?: 'everyone' | 'admins'
  readonly visibility?: 'private' | 'public'
  readonly createdAt: Date
  /** Of a direct chat the two who talk, or the one who keeps notes. */
  readonly members: readonly ForeignMember[]
}

/** What its type is its content says (F1). */
export interface ForeignFile {
  readonly key: string
  readonly name: string
  /** Where its content is, from the folder that the other program keeps content in. */
  readonly path: string
  /** Bytes that it had when it was stored there; null where that is not noted. */
  readonly size: number | null
  readonly createdAt: Date
}

export interface ForeignMessage {
  readonly key: string
  readonly chatKey: string
  readonly senderKey: string
  readonly text: string
  readonly createdAt: Date
  /** Null or left out for one that was not edited. */
  readonly editedAt?: Date | null
  /** In the order in which they are shown. */
  readonly files?: readonly ForeignFile[]
}

/** That somebody read a message of another. */
export interface ForeignRead {
  readonly personKey: string
  readonly messageKey: string
  readonly at: Date
}

/** Rows come in batches of some thousand at most, always in the same order. Reading again begins at the first. */
export interface ImportSource {
  /** What its keys are kept under, for good. */
  readonly name: string
  people(): AsyncIterable<readonly ForeignPerson[]>
  chats(): AsyncIterable<readonly ForeignChat[]>
  /** Those of a chat follow one another, in the order of their times. */
  messages(): AsyncIterable<readonly ForeignMessage[]>
  /** Those of a person in a chat follow one another, in the order of the messages. */
  reads(): AsyncIterable<readonly ForeignRead[]>
}
