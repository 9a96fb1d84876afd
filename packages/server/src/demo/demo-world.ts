// The shape of the demo data: people, chats, messages and cursors as plain values that refer to one another by username
// and by index. Whoever writes it to a server goes through the core's commands.

export type Language = 'en' | 'ru'

export interface DemoPerson {
  readonly username: string
  readonly name: string
  readonly email: string
  readonly bio: string
  readonly locale: Language
  readonly password: string
}

export interface DemoDirect {
  readonly kind: 'direct'
  /** Usernames. Twice the same one: saved messages. */
  readonly people: readonly [string, string]
}

export interface DemoGroup {
  readonly kind: 'group'
  readonly title: string
  readonly description: string
  readonly posting: 'everyone' | 'admins'
  readonly visibility: 'private' | 'public'
  /** Usernames; nobody is named twice across `owner`, `admins` and `members`. */
  readonly owner: string
  readonly admins: readonly string[]
  readonly members: readonly string[]
}

export type DemoChat = DemoDirect | DemoGroup

export interface DemoMessage {
  /** Index in `DemoWorld.chats`. */
  readonly chat: number
  /** Username. */
  readonly sender: string
  readonly at: Date
  /** The text as first sent. */
  readonly text: string
  /** Index in `DemoWorld.messages`: an earlier message of the same chat. */
  readonly reply_to?: number
  readonly edited_text?: string
  readonly deleted?: true
}

export interface DemoRead {
  /** Index in `DemoWorld.chats`. */
  readonly chat: number
  readonly username: string
  /** Index in `DemoWorld.messages`: the last message of that chat that the person has read. */
  readonly upTo: number
}

export interface DemoWorld {
  /** The people to log in as come first, speakers of Russian and English in turn. */
  readonly people: readonly DemoPerson[]
  readonly chats: readonly DemoChat[]
  /** Ascending by time; strictly so within a chat. */
  readonly messages: readonly DemoMessage[]
  /** At most one per chat and person. Who is missing has read nothing there. */
  readonly reads: readonly DemoRead[]
}

/** Usernames of everyone in a chat, each once. */
export const peopleOf = (chat: DemoChat): string[] =>
  chat.kind === 'direct' ? [...new Set(chat.people)] : [chat.owner, ...chat.admins, ...chat.members]

/** Usernames of those who may post in a chat. */
export const postersOf = (chat: DemoChat): string[] =>
  chat.kind === 'group' && chat.posting === 'admins' ? [chat.owner, ...chat.admins] : peopleOf(chat)
