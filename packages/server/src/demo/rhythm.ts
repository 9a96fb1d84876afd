// When people talk: weekday working hours, lunch, evenings, quiet nights. One clock for the whole team.
import type { Random } from './random.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** The team's clock is ahead of UTC by this much, all year. */
const clockOffset = 3 * hour

interface Hours {
  /** Likelihood of each hour from 0 to 23. */
  readonly weekday: readonly number[]
  readonly weekend: readonly number[]
}

/** `from` is the hour of the first weight; hours without a weight are quiet. */
const hours = (from: number, ...weights: number[]): number[] =>
  Array.from({ length: 24 }, (_, index) => weights[index - from] ?? 0)

const never = hours(0)
const rhythms = {
  office: {
    weekday: hours(9, 3, 8, 9, 7, 4, 7, 9, 9, 7, 4, 1.5, 0.5),
    weekend: hours(11, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4),
  },
  morning: { weekday: hours(8, 1, 6, 5, 1), weekend: never },
  lunch: { weekday: hours(11, 6, 8, 3), weekend: never },
  evening: {
    weekday: hours(17, 1, 3, 5, 7, 7, 4),
    weekend: hours(10, 2, 3, 4, 4, 4, 4, 4, 5, 5, 6, 6, 5, 3),
  },
  leisure: {
    weekday: hours(8, 2, 1, 1, 1, 3, 2, 1, 1, 1, 2, 4, 6, 7, 6, 3),
    weekend: hours(9, 3, 5, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 4),
  },
  night: { weekday: hours(0, 3, 1), weekend: hours(0, 4, 2) },
  around: {
    weekday: hours(0, 1, 1, 1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 5, 5, 6, 6, 6, 5, 4, 3, 3, 2, 2, 1),
    weekend: hours(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1),
  },
} satisfies Record<string, Hours>

export type Rhythm = keyof typeof rhythms

export const isRhythm = (name: string): name is Rhythm => name in rhythms

/** A date whose UTC fields show the team's clock. */
const onTeamClock = (at: Date): Date => new Date(at.getTime() + clockOffset)

const weightsOf = (rhythm: Rhythm, teamTime: Date): readonly number[] => {
  const weekend = teamTime.getUTCDay() === 0 || teamTime.getUTCDay() === 6
  return weekend ? rhythms[rhythm].weekend : rhythms[rhythm].weekday
}

const total = (weights: readonly number[]): number => weights.reduce((sum, weight) => sum + weight, 0)

/**
 * A time between `days` days ago and `now` at which people talk in this rhythm; recent days are somewhat likelier.
 * A busy kind of day is likelier than a quiet one.
 */
export const pickTime = (rhythm: Rhythm, now: Date, days: number, random: Random): Date => {
  const today = Math.floor(onTeamClock(now).getTime() / day)
  const busiest = Math.max(total(rhythms[rhythm].weekday), total(rhythms[rhythm].weekend))
  for (;;) {
    const midnight = (today - Math.floor(days * random.next() ** 1.3)) * day
    const weights = weightsOf(rhythm, new Date(midnight))
    if (!random.chance(total(weights) / busiest)) continue
    const inDay = (random.weighted(weights) + random.next()) * hour
    const at = Math.floor(midnight + inDay - clockOffset)
    if (at < now.getTime() && at >= now.getTime() - days * day) return new Date(at)
  }
}

/** Milliseconds until the next line of a conversation: reading, thinking, typing, now and then something else first. */
export const pickPause = (
  line: { readonly text: string; readonly afterPause: boolean; readonly sameSpeaker: boolean },
  random: Random,
): number => {
  if (line.afterPause) return random.int(12 * minute, 75 * minute)
  const typing = Math.min(line.text.length, 400) * random.int(60, 140)
  if (line.sameSpeaker) return random.int(2 * second, 20 * second) + typing
  if (random.chance(0.06)) return random.int(4 * minute, 25 * minute)
  return random.int(4 * second, 100 * second) + typing
}

/** Milliseconds of silence between two conversations of the same chat that would otherwise overlap. */
export const pickSilence = (random: Random): number => random.int(6 * minute, 50 * minute)

/** A quarter of an hour later on the same day, as `14:30`; late in the day, a time of the next morning or afternoon. */
export const laterToday = (at: Date, random: Random): string => {
  const later = onTeamClock(new Date(at.getTime() + random.int(40, 170) * minute))
  const past = later.getUTCHours() >= 19 || later.getUTCHours() < 9
  const hourOfDay = past ? random.int(10, 17) : later.getUTCHours()
  const quarter = Math.floor(later.getUTCMinutes() / 15) * 15
  return `${hourOfDay}:${String(quarter).padStart(2, '0')}`
}
