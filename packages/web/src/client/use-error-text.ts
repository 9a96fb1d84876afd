// The text of an error in the person's language.
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { errorCode } from './error-code.ts'

export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation()
  return useCallback((error: unknown) => t(`error.${errorCode(error)}`), [t])
}
