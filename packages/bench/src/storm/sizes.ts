// How many come back in a storm, and to how much.
import type { StudySize } from '../scenarios/study.ts'

export interface StormSizes {
  readonly clients: number
  readonly chatsEach: number
  /** Messages in each chat before anybody connects, and while everybody knows only those. */
  readonly messagesBefore: number
  readonly messagesMissed: number
}

export const sizes: Record<StudySize, StormSizes> = {
  real: { clients: 2000, chatsEach: 5, messagesBefore: 20, messagesMissed: 5 },
  small: { clients: 50, chatsEach: 2, messagesBefore: 3, messagesMissed: 2 },
}
