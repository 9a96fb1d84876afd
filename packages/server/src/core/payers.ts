// Who pays for calls and frames: a person, through all doors, sessions and sockets, or the address of whoever is nobody yet. Each has a
// budget in the units of the protocol's costs, and so many calls under way at once.
import { setTimeout as pause } from 'node:timers/promises'
import { budgets, type Id, limits } from '@parley/protocol'
import { AppError } from './errors.ts'
import { createFairQueue, type FairQueue } from './fair-queue.ts'
import { type BucketPolicy, TokenBucket } from './token-bucket.ts'

export interface BudgetRules extends BucketPolicy {
  /** Refusals before nothing more is listened to; forgiven when the budget is full again. */
  readonly patience: number
  /** Calls that are carried out at once, and that wait besides. */
  readonly atOnce: number
  readonly waiting: number
  /** Units a second at which even what is allowed is carried out, if need be later; at once if not given. */
  readonly pace?: number
}

/** `refused`: this is not to be carried out. `exhausted`: nor is anything else, for a while. */
type Taken = 'allowed' | 'refused' | 'exhausted'

export interface Payer {
  /** Takes the cost if there is as much, else nothing. */
  take(cost: number): Taken
  /**
   * To be waited for by what has just been paid: those of an address come one after another, each in a turn of the event loop, so that a
   * crowd slows down itself and nobody else. Null where nothing is to be waited for.
   */
  turn(cost: number): Promise<void> | null
  /** Seconds until there is as much. */
  wait(cost: number): number
  /** Milliseconds that a refusal waits after `exhausted`: the longer the longer it is kept on with. */
  lateness(): number
  /**
   * Runs the work with the few of this payer that are under way, else in its turn: `lane`s (a person's sessions) take turns. Begins in the
   * turn of the call when there is a place. Throws `rate_limited` when there is no place to wait either.
   */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>
  /** Runs an upload, which waits for its sender and not in line. Throws `rate_limited` when too many are under way. */
  upload<T>(work: () => Promise<T>): Promise<T>
}

export interface Payers {
  person(userId: Id): Payer
  /** What counts as one address is the door's to say. */
  address(address: string): Payer
}

/** Takes the cost or throws `rate_limited`. */
export function charge(payer: Payer, cost: number): void {
  if (payer.take(cost) !== 'allowed') throw tooDear(payer, cost)
}

/**
 * Takes the cost when there is as much, and waits until then: for what goes on with an answer that has begun, and cannot be refused any more.
 * The cost must be less than a full budget.
 */
export async function afford(payer: Payer, cost: number): Promise<void> {
  for (let seconds = payer.wait(cost); seconds > 0; seconds = payer.wait(cost)) {
    await pause(Math.ceil(seconds * 1_000))
  }
  charge(payer, cost)
}

/** How long a refusal waits for those who keep asking although they were refused, in milliseconds: nobody is refused very often then. */
export const lateMs = 1_000
/** Half as much again at most. */
const mostLateMs = 10_000

export const tooDear = (payer: Payer, cost: number): AppError =>
  new AppError('rate_limited', { retryAfter: Math.ceil(payer.wait(cost)) })

export interface PayersOptions {
  readonly person?: BudgetRules
  readonly address?: BudgetRules
  /** Of each kind, remembered at most. */
  readonly max?: number
  /** From 0 to 1; `Math.random` if not given. */
  readonly random?: () => number
}

/** `now` gives milliseconds of a clock that never goes back. */
export function createPayers(now: () => number, options: PayersOptions = {}): Payers {
  const { max = 50_000, random = Math.random } = options
  const moments = { now, random }
  const turnstile = createFairQueue({ width: 1, waitingPerKey: 5_000, waiting: 20_000 })
  const people = new Remembered(() => new Budget(options.person ?? budgets.person, moments), max)
  const addresses = new Remembered(
    (address) =>
      new Budget(options.address ?? budgets.address, moments, () => turnstile.run(address, nextTurn)),
    max,
  )
  return {
    person: (userId) => people.get(userId),
    address: (address) => addresses.get(address),
  }
}

/** Whoever has it pays nothing and never waits: for benchmarks and tests, where the limits would be what is measured. */
const freePayer: Payer = {
  take: () => 'allowed',
  turn: () => null,
  wait: () => 0,
  lateness: () => lateMs,
  run: (_, work) => work(),
  upload: (work) => work(),
}
export const freePayers: Payers = { person: () => freePayer, address: () => freePayer }

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What the pace lets through at once after a pause. */
const headStartMs = 250

class Budget implements Payer {
  private readonly rules: BudgetRules
  private readonly now: () => number
  private readonly random: () => number
  private readonly bucket: TokenBucket
  private refusals = 0
  /** When all that was taken is carried out, at the pace. */
  private doneAt = 0
  private underWay = 0
  private uploads = 0
  /** Only while there is work: most payers are idle. */
  private queue: FairQueue | null = null

  private readonly comeInTurn: (() => Promise<void>) | null

  constructor(
    rules: BudgetRules,
    { now, random }: { readonly now: () => number; readonly random: () => number },
    comeInTurn: (() => Promise<void>) | null = null,
  ) {
    this.rules = rules
    this.now = now
    this.random = random
    this.comeInTurn = comeInTurn
    this.bucket = new TokenBucket(rules, now())
  }

  /** Whether forgetting it gives nothing away. */
  get isFresh(): boolean {
    return this.underWay === 0 && this.uploads === 0 && this.bucket.level(this.now()) === this.rules.burst
  }

  take(cost: number): Taken {
    const now = this.now()
    if (this.refusals > 0 && this.bucket.level(now) === this.rules.burst) this.refusals = 0
    if (this.bucket.take(cost, now)) return 'allowed'
    this.refusals += 1
    return this.refusals > this.rules.patience ? 'exhausted' : 'refused'
  }

  turn(cost: number): Promise<void> | null {
    const { comeInTurn } = this
    if (comeInTurn === null) return null
    const delay = this.delay(cost)
    return delay > 0 ? pause(delay).then(comeInTurn) : comeInTurn()
  }

  private delay(cost: number): number {
    const { pace } = this.rules
    if (pace === undefined) return 0
    const now = this.now()
    this.doneAt = Math.max(this.doneAt, now - headStartMs) + (cost * 1_000) / pace
    return Math.max(0, this.doneAt - now)
  }

  wait(cost: number): number {
    return Math.max(0, cost - this.bucket.level(this.now())) / this.rules.perSecond
  }

  lateness(): number {
    const least = Math.min(mostLateMs, (lateMs * this.refusals) / this.rules.patience)
    // Not all at one moment: those who were refused together would come back together.
    return Math.max(lateMs, least * (1 + this.random() / 2))
  }

  async run<T>(lane: string, work: () => Promise<T>): Promise<T> {
    const { atOnce: width, waiting } = this.rules
    if (this.underWay >= width + waiting) throw tooMany(this.rules)
    this.queue ??= createFairQueue({ width, waitingPerKey: waiting, waiting })
    this.underWay += 1
    try {
      return await this.queue.run(lane, work)
    } finally {
      this.underWay -= 1
      if (this.underWay === 0) this.queue = null
    }
  }

  async upload<T>(work: () => Promise<T>): Promise<T> {
    if (this.uploads >= limits.uploadsAtOnce) {
      throw new AppError('rate_limited', { retryAfter: 5, limit: limits.uploadsAtOnce })
    }
    this.uploads += 1
    try {
      return await work()
    } finally {
      this.uploads -= 1
    }
  }
}

const tooMany = ({ atOnce, waiting }: BudgetRules): AppError =>
  new AppError('rate_limited', {
    detail: `Of one caller ${atOnce} calls are carried out at once and ${waiting} wait`,
    retryAfter: 1,
    limit: atOnce,
  })

/** Beyond the bound one is forgotten whose budget is full, else the one that was made first. */
class Remembered {
  private readonly make: (key: string) => Budget
  private readonly max: number
  private readonly budgets = new Map<string, Budget>()

  constructor(make: (key: string) => Budget, max: number) {
    this.make = make
    this.max = max
  }

  get(key: string): Budget {
    const known = this.budgets.get(key)
    if (known !== undefined) return known
    if (this.budgets.size >= this.max) this.forgetOne()
    const budget = this.make(key)
    this.budgets.set(key, budget)
    return budget
  }

  /** Looks at a few alone, and puts those that stay behind the others, so that each has its turn. */
  private forgetOne(): void {
    let looked = 0
    for (const [key, budget] of this.budgets) {
      this.budgets.delete(key)
      looked += 1
      if (budget.isFresh || looked === 16) return
      this.budgets.set(key, budget)
    }
  }
}
