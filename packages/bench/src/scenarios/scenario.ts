// A scenario: who is in which chat, who sends, and how many at once.

import type { ClosedPhase, PlannedChat, PlannedSender } from '../load/plan.ts'
import type { Person, RunningContestant } from '../running-contestant.ts'

export interface Scenario {
  /** As the command line names it. */
  readonly name: string
  readonly title: string
  /** Senders that have a message on its way at saturation: enough that more bring nothing. */
  readonly senders: number
  /** When a sender's next message goes out at saturation. */
  readonly until: ClosedPhase['until']
  /** Makes the chats. Sockets, chats and senders are numbered by their place in the answer. */
  layOut(contestant: RunningContestant): Promise<Layout>
}

export interface Layout {
  /** One socket each. */
  readonly people: readonly Person[]
  readonly chats: readonly PlannedChat[]
  readonly senders: readonly PlannedSender[]
}
