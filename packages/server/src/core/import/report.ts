// What became of an import: how much was taken, and what could not be and why.

/** `member` is a place in a chat. */
export type ImportRowKind = 'person' | 'chat' | 'member' | 'message' | 'read' | 'file'

/** Why a row was not taken, or was taken otherwise than it was. */
export const importReasons = {
  email_taken: 'an account here has the email already (--match email takes it for the same person)',
  username_taken: 'the username is taken here, and so are those like it',
  no_login: 'neither a username nor an email that could be used',
  username_changed: 'taken with another username',
  email_dropped: 'taken without the email, which is none',
  name_changed: 'taken with another name or title, for it was blank or too long',
  password_unknown:
    'taken without the password, whose hash is not bcrypt or argon2id: give a new one with `parley user passwd`',
  person_missing: 'somebody whom it names was not taken',
  chat_missing: 'the chat was not taken, or was deleted here',
  message_missing: 'the message was not taken, or was deleted here',
  nobody_left: 'a group that nobody is in',
  too_many_members: 'more members than a group may have',
  not_a_member: 'the sender never was in the chat',
  invalid_text: 'the text is blank, too long or no Unicode',
  older_than_chat: 'older than the last message of the chat here',
  no_folder: 'without --media nobody knows where the content is: the next run with it brings them',
  file_missing: 'the content is not in the folder of --media: the next run brings what is there then',
  file_unreadable: 'the content cannot be read: the next run brings what can be then',
  file_outside: 'the path of the content leads out of the folder of --media',
  file_empty: 'without content',
  file_too_large: 'larger than a file may be',
  file_size_differs:
    'the content has another size than the other program noted: copy it again, and the next run brings it',
  too_many_files: 'more than a message may carry',
} as const

export type ImportReason = keyof typeof importReasons

/** These rows were taken all the same. */
const taken: readonly ImportReason[] = [
  'username_changed',
  'email_dropped',
  'name_changed',
  'password_unknown',
]

/** One row of the other program, by its key; a place in a chat is `<chat> <person>`, a reading `<message> <person>`. */
export interface ImportRemark {
  readonly kind: ImportRowKind
  readonly key: string
  readonly reason: ImportReason
}

export const isRefusal = ({ reason }: ImportRemark): boolean => !taken.includes(reason)

interface ImportCount {
  /** Taken by this run; in a dry run what would be. */
  added: number
  /** Taken by a former run, or there already. */
  known: number
  /** Not taken. */
  refused: number
}

export type ImportCounts = Readonly<Record<ImportRowKind, ImportCount>>

export interface ImportReport {
  readonly counts: ImportCounts
  remark(kind: ImportRowKind, key: string, reason: ImportReason): void
}

/** Remarks are handed on as they are made, and not kept. */
export function createReport(onRemark: (remark: ImportRemark) => void): ImportReport {
  const none = (): ImportCount => ({ added: 0, known: 0, refused: 0 })
  const counts = {
    person: none(),
    chat: none(),
    member: none(),
    message: none(),
    read: none(),
    file: none(),
  }
  return {
    counts,
    remark(kind, key, reason) {
      const remark = { kind, key, reason }
      if (isRefusal(remark)) counts[kind].refused += 1
      onRemark(remark)
    },
  }
}
