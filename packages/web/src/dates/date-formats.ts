// Dates and times as people read them, in one language. Formatters are costly to make, so they are made once per language.

const dayMs = 24 * 60 * 60 * 1000

/** Midnight of the local day that `time` falls on, in milliseconds. */
export function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0)
}

/** Whole local days from `time` back to `now`: 0 today, 1 yesterday. Rounded, because days of clock changes differ. */
export function daysAgo(time: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(time)) / dayMs)
}

export interface DateFormats {
  /** 14:05 */
  time(at: number): string
  /** For a chat list: a time today, a weekday within the week, else a short date. */
  short(at: number, now: number): string
  /** For a day separator; the caller has words of its own for today and yesterday. */
  day(at: number, now: number): string
  /** 31 January 2026, 14:05 */
  full(at: number): string
  /** 31 January 2026 */
  date(at: number): string
  /** "5 minutes ago", "yesterday", or a date. */
  ago(at: number, now: number): string
}

/** `locale` is a BCP 47 tag; times are shown in the browser's time zone. */
export function createDateFormats(locale: string): DateFormats {
  const make = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)
  const time = make({ hour: '2-digit', minute: '2-digit' })
  const weekday = make({ weekday: 'short' })
  const shortDate = make({ day: 'numeric', month: 'short' })
  const shortDateWithYear = make({ day: '2-digit', month: '2-digit', year: '2-digit' })
  const day = make({ day: 'numeric', month: 'long' })
  const dayWithYear = make({ day: 'numeric', month: 'long', year: 'numeric' })
  const full = make({ dateStyle: 'long', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const sameYear = (a: number, b: number) => new Date(a).getFullYear() === new Date(b).getFullYear()

  return {
    time: (at) => time.format(at),
    short(at, now) {
      const days = daysAgo(at, now)
      if (days <= 0) return time.format(at)
      if (days < 7) return weekday.format(at)
      return sameYear(at, now) ? shortDate.format(at) : shortDateWithYear.format(at)
    },
    day: (at, now) => (sameYear(at, now) ? day : dayWithYear).format(at),
    full: (at) => full.format(at),
    date: (at) => dayWithYear.format(at),
    ago(at, now) {
      const minutes = Math.round((now - at) / 60_000)
      if (minutes < 60) return relative.format(-Math.max(minutes, 0), 'minute')
      const days = daysAgo(at, now)
      if (days === 0) return relative.format(-Math.round(minutes / 60), 'hour')
      if (days < 7) return relative.format(-days, 'day')
      return dayWithYear.format(at)
    },
  }
}
