// The page's title: how much is unread, as the tab shows it.
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useReplica } from '../client/client-context.tsx'

export function useDocumentTitle(): void {
  const { t } = useTranslation()
  const unread = useReplica((replica) => replica.totalUnread())
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${t('app.name')}` : t('app.name')
    return () => {
      document.title = t('app.name')
    }
  }, [unread, t])
}
