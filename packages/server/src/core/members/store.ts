// Storage that membership needs. Writes expect the chat's row to be locked in the same transaction; each takes the chat's next version
// and writes it with the change.
import type { Chat, ErrorCode, Id, Member, Role } from '@parley/protocol'
import type { Page } from '../page.ts'

/** A membership and its chat at one moment. */
export interface Membership {
  readonly member: Member
  readonly chat: Chat
}

/** Why a person may not post. */
export type PostRefusal = Extract<ErrorCode, 'not_found' | 'posting_restricted'>

export interface MemberStore {
  /** The present membership; null for strangers, those who left, and in chats that were deleted. */
  find(chatId: Id, userId: Id): Promise<Member | null>
  /** `find` together with the chat. */
  membership(chatId: Id, userId: Id): Promise<Membership | null>
  /** Null for who may post to the chat. By the same rule every message is judged that is posted. */
  postRefusal(chatId: Id, userId: Id): Promise<PostRefusal | null>
  /**
   * This and the next two give the membership and the chat as they are then, both with the version of the change.
   *
   * Makes a person who is not in a member (again), with the cursor at the chat's last message.
   */
  add(member: { chatId: Id; userId: Id; role: Role; at: Date }): Promise<Membership>
  setRole(chatId: Id, userId: Id, role: Role): Promise<Membership>
  remove(chatId: Id, userId: Id, at: Date): Promise<Membership>
  /** Present members in the order they joined. */
  list(chatId: Id, filter: { limit: number; cursor?: string }): Promise<Page<Member>>
  ids(chatId: Id): Promise<Id[]>
  /** Who owns the group when the owner leaves: the admin who joined first, else the member who joined first. */
  heir(chatId: Id, leavingId: Id): Promise<Id | null>
  /** Those of `userIds` who are in a chat together with the person. */
  acquainted(userId: Id, userIds: readonly Id[]): Promise<Id[]>
}
