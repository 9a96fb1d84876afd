// Storage that membership needs. Writes expect the chat's row to be locked in the same transaction; each takes the chat's next version
// and writes it with the change.
import type { Chat, Id, Member, Role } from '@parley/protocol'
import type { Page } from '../page.ts'

/** A membership that was written, with the chat as it is then; both have the version of the change. */
export interface ChangedMember {
  readonly member: Member
  readonly chat: Chat
}

export interface MemberStore {
  /** The present membership; null for strangers and those who left. */
  find(chatId: Id, userId: Id): Promise<Member | null>
  /** Makes a person who is not in a member (again), with the cursor at the chat's last message. */
  add(member: { chatId: Id; userId: Id; role: Role; at: Date }): Promise<ChangedMember>
  setRole(chatId: Id, userId: Id, role: Role): Promise<ChangedMember>
  remove(chatId: Id, userId: Id, at: Date): Promise<ChangedMember>
  /** Present members in the order they joined. */
  list(chatId: Id, filter: { limit: number; cursor?: string }): Promise<Page<Member>>
  ids(chatId: Id): Promise<Id[]>
  /** Who owns the group when the owner leaves: the admin who joined first, else the member who joined first. */
  heir(chatId: Id, leavingId: Id): Promise<Id | null>
  /** Those of `userIds` who are in a chat together with the person. */
  acquainted(userId: Id, userIds: readonly Id[]): Promise<Id[]>
}
