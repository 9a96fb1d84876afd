// How people are called on screen.
import type { User } from '@parley/protocol'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/** A person's name in the present language; deleted and yet unknown people have words of their own. */
export function useNames(): (user: User | undefined) => string {
  const { t } = useTranslation()
  return useCallback(
    (user: User | undefined) => {
      if (user === undefined) return t('chat.unknownPerson')
      if (user.deleted_at !== null) return t('chat.deletedAccount')
      return user.name || user.username || t('chat.unknownPerson')
    },
    [t],
  )
}
