// Which rooms are so large and so busy that their followers are better written to less often. Decides from what is delivered; when
// the writes then happen is the FlushScheduler's.
import { type BucketPolicy, TokenBucket } from '../core/token-bucket.ts'

/** `at_once`: in this turn of the event loop. `paced`: with all that gathers until the next beat, unless that is the first. */
export type Timing = 'at_once' | 'paced'

export interface PaceRules {
  /** Milliseconds from beat to beat, in each of which a socket is written to once; 0 for no beat at all. */
  readonly interval: number
  /** Followers on this node that make a room large. */
  readonly followers: number
  /** Events per second that make a large room busy. */
  readonly perSecond: number
}

/**
 * Most of a delivery is the kernel's work for the write, some 8 µs: only fewer writes cost less. At 100 events a second an
 * interval of 25 ms makes one write of two or three, which people do not see. It was measured to save 16 % of a core in a room of
 * 1,000 and 12 % in a room of 300, but 3 % in a room of 100, where the 13 ms that everybody waits are not worth it. At 40 events
 * a second there is one for each beat, and nothing to gather.
 */
export const defaultPace: PaceRules = { interval: 25, followers: 200, perSecond: 50 }

export const unpaced: PaceRules = { ...defaultPace, interval: 0 }

/** Events above the rate that a room may have at once before it counts as busy, and below it before it no longer does. */
const burst = 10

export class WritePace {
  readonly interval: number
  /** Followers from which a room counts as large; none does when there is no beat. */
  private readonly fromFollowers: number
  private readonly now: () => number
  private readonly ofRooms: BucketPolicy
  /** By the set of a room's followers, which lives as long as the room. A room whose bucket is less than half full is busy. */
  private readonly buckets = new WeakMap<ReadonlySet<object>, TokenBucket>()

  /** `now` is a monotonic clock in milliseconds. */
  constructor(now: () => number, rules: PaceRules = defaultPace) {
    this.now = now
    this.interval = rules.interval
    this.fromFollowers = rules.interval === 0 ? Number.POSITIVE_INFINITY : rules.followers
    this.ofRooms = { burst: 2 * burst, perSecond: rules.perSecond }
  }

  /** For one event to all followers of a room; to be asked once for each. */
  timingFor(followers: ReadonlySet<object>): Timing {
    if (followers.size < this.fromFollowers) return 'at_once'
    const now = this.now()
    let bucket = this.buckets.get(followers)
    if (bucket === undefined) {
      bucket = new TokenBucket(this.ofRooms, now)
      this.buckets.set(followers, bucket)
    }
    return bucket.drain(1, now) < burst ? 'paced' : 'at_once'
  }
}
