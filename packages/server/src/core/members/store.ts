// Storage that membership needs. Writes expect the chat's row to be locked in the same transaction.
import type { Id, Member, Role } from '@parley/protocol'
import type { Page } from '../page.ts'

export interface MemberStore {
  /** The present membership; null for strangers and those who left. */
  find(chatId: Id, userId: Id): Promise<Member | null>
  /** Makes the person a member (again) at that version, with the cursor at `seq`. */
  add(member: { chatId: Id; userId: Id; role: Role; at: Date; seq: number; version: number }): Promise<Member>
  setRole(chatId: Id, userId: Id, role: Role, version: number): Promise<Member>
  remove(chatId: Id, userId: Id, at: Date, version: number): Promise<Member>
  /** Present members in the order they joined. */
  list(chatId: Id, filter: { limit: number; cursor?: string }): Promise<Page<Member>>
  ids(chatId: Id): Promise<Id[]>
  /** Who owns the group when the owner leaves: the admin who joined first, else the member who joined first. */
  heir(chatId: Id, leavingId: Id): Promise<Id | null>
  /** Those of `userIds` who are in a chat together with the person. */
  acquainted(userId: Id, userIds: readonly Id[]): Promise<Id[]>
}
