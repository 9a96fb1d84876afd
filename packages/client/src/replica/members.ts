// Members of chats, as far as they are known. Merged by version; cursors by maximum.
import type { Member } from '@parley/protocol'

interface Roster {
  /** With those who left: their newer version keeps an older one from bringing them back. */
  readonly byUser: Map<string, Member>
  /** Cursors told by events, of people whose membership may come later in an older page. */
  readonly cursors: Map<string, number>
  list: readonly Member[] | undefined
  /** All pages were loaded. */
  complete: boolean
}

const nobody: readonly Member[] = Object.freeze([])

export class Members {
  readonly #rosters = new Map<string, Roster>()

  /** Those who are in, in the order they joined. The same array until it changes. */
  list(chatId: string): readonly Member[] {
    const roster = this.#rosters.get(chatId)
    if (roster === undefined) return nobody
    roster.list ??= Object.freeze(
      [...roster.byUser.values()]
        .filter(({ left_at }) => left_at === null)
        .map((member) => withCursor(member, roster.cursors.get(member.user_id) ?? 0))
        .sort((a, b) => compare(a.joined_at, b.joined_at) || compare(a.user_id, b.user_id)),
    )
    return roster.list
  }

  /** Whether anything would be missed if changes of this chat were not heard of. */
  knowsAny(chatId: string): boolean {
    return (this.#rosters.get(chatId)?.byUser.size ?? 0) > 0
  }

  isComplete(chatId: string): boolean {
    return this.#rosters.get(chatId)?.complete ?? false
  }

  merge(member: Member): void {
    const roster = this.#roster(member.chat_id)
    const held = roster.byUser.get(member.user_id)
    if (held !== undefined && held.version >= member.version) {
      this.read(member.chat_id, member.user_id, member.read_seq)
      return
    }
    roster.byUser.set(member.user_id, withCursor(member, held?.read_seq ?? 0))
    roster.list = undefined
  }

  /** Moves a member's cursor. */
  read(chatId: string, userId: string, seq: number): void {
    const roster = this.#roster(chatId)
    if (seq <= (roster.cursors.get(userId) ?? 0)) return
    roster.cursors.set(userId, seq)
    if (roster.byUser.has(userId)) roster.list = undefined
  }

  completed(chatId: string): void {
    this.#roster(chatId).complete = true
  }

  drop(chatId: string): void {
    this.#rosters.delete(chatId)
  }

  #roster(chatId: string): Roster {
    const known = this.#rosters.get(chatId)
    if (known !== undefined) return known
    const roster: Roster = { byUser: new Map(), cursors: new Map(), list: undefined, complete: false }
    this.#rosters.set(chatId, roster)
    return roster
  }
}

const withCursor = (member: Member, seq: number): Member =>
  seq > member.read_seq ? Object.freeze({ ...member, read_seq: seq }) : member

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
