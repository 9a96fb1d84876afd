// The text of an error in the person's language.
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { errorCode, type KnownCode } from './error-code.ts'

/** Takes an error, or anything else with a `code`. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation()
  return useCallback(
    (error: unknown) => {
      const code = errorCode(error)
      const known = (word: string): word is KnownCode => i18n.exists(`error.${word}`)
      return t(`error.${known(code) ? code : 'unknown'}`)
    },
    [t, i18n],
  )
}
