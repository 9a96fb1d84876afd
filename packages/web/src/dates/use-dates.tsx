// The date formats of the present language, and a clock that ticks once a minute.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { preferredLanguages } from '../i18n/preferred-languages.ts'
import { createDateFormats, type DateFormats } from './date-formats.ts'

const DatesContext = createContext<DateFormats | null>(null)
const NowContext = createContext(0)

/** The browser's own variant of the language (en-GB rather than en), so that dates look as people there write them. */
function regionalLocale(language: string, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.split('-')[0] === language) ?? language
}

export function DatesProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const formats = useMemo(
    () => createDateFormats(regionalLocale(i18n.language, preferredLanguages())),
    [i18n.language],
  )
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <DatesContext value={formats}>
      <NowContext value={now}>{children}</NowContext>
    </DatesContext>
  )
}

export function useDates(): DateFormats {
  const formats = useContext(DatesContext)
  if (formats === null) throw new Error('useDates needs a DatesProvider above it')
  return formats
}

/** The time in milliseconds, exact to a minute; whoever reads it renders again every minute. */
export function useNow(): number {
  return useContext(NowContext)
}
