// What the checker has to say of one experiment.

/** Numbers of messages unless said otherwise. All but the first five are faults. */
export interface Verdict {
  readonly kills: number
  /** Attempts without an answer at the moments of the kills, in all. */
  readonly cutOff: number
  readonly sent: number
  readonly acknowledged: number
  readonly clients: number
  /** Acknowledged, and not in the history (I1). */
  readonly lost: number
  /** Stored or acknowledged as two (I2). */
  readonly duplicated: number
  /** Before a message that was acknowledged before they were sent (I4), or not at the place that somebody was told (I3). */
  readonly misordered: number
  /** Stored or told, and sent by nobody so. */
  readonly phantom: number
  /** Numbers below `last_seq` that no message has (I3). */
  readonly holes: number
  /** Told twice to one client as an event that comes once (S2). */
  readonly toldTwice: number
  /** Refused for good, though every sender may send. */
  readonly refused: number
  /** Sent, and never answered. */
  readonly unresolved: number
  /** Clients whose replica differs from a fresh fetch (I9). */
  readonly stale: number
  /** The first few faults in words. */
  readonly examples: readonly string[]
}

export const faultNames = [
  'lost',
  'duplicated',
  'misordered',
  'phantom',
  'holes',
  'toldTwice',
  'refused',
  'unresolved',
  'stale',
] as const satisfies readonly (keyof Verdict)[]

/** No fault, and something was put to the test. */
export const isClean = (verdict: Verdict): boolean =>
  verdict.acknowledged > 0 && verdict.clients > 0 && faultNames.every((name) => verdict[name] === 0)

export type Fault = (typeof faultNames)[number]
export type Blame = (fault: Fault, what: string) => void
