// How much of a text still fits, as it is told beside fields and in the composer.
import { codePointLength } from '@parley/protocol'
import { useTranslation } from 'react-i18next'

/** The room is told when a tenth of the limit is left, but not before 500, and not after 10. In code points. */
const toldFrom = (limit: number): number => Math.max(10, Math.min(500, limit / 10))

interface TextRoom {
  readonly isOver: boolean
  /** What fits still, or what is too much; null while there is room enough. */
  readonly note: string | null
}

/** `text` is what would be sent. Without a limit there is always room. */
export function useTextRoom(text: string, limit = Number.POSITIVE_INFINITY): TextRoom {
  const { t } = useTranslation()
  const left = limit - codePointLength(text)
  if (left < 0) return { isOver: true, note: t('composer.tooLong', { count: -left }) }
  return { isOver: false, note: left < toldFrom(limit) ? t('composer.left', { count: left }) : null }
}
