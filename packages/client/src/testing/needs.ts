// Notes what a replica asks for, and answers nothing by itself.
import type { Needs } from '../replica/state.ts'
import type { Place } from '../replica/timelines.ts'

export class NotedNeeds implements Needs {
  readonly chats = new Set<string>()
  readonly holes = new Set<string>()
  readonly people = new Set<string>()
  readonly histories = new Map<string, Place>()
  readonly rosters = new Set<string>()

  chat(chatId: string): void {
    this.chats.add(chatId)
  }

  hole(chatId: string, exists: boolean): void {
    if (exists) this.holes.add(chatId)
    else this.holes.delete(chatId)
  }

  users(userIds: readonly string[]): void {
    for (const userId of userIds) this.people.add(userId)
  }

  history(chatId: string, place: Place): void {
    this.histories.set(chatId, place)
  }

  members(chatId: string): void {
    this.rosters.add(chatId)
  }
}
