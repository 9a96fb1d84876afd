// Offers the newer version of the app that is there. A server that was away may have come back with one.
import { Sparkles } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../client/client-context.tsx'
import { useUpdate, useUpdates } from '../service-worker/updates-context.tsx'

export function UpdateBanner() {
  const { t } = useTranslation()
  const updates = useUpdates()
  const update = useUpdate()
  const isReady = useConnection().status === 'ready'
  useEffect(() => {
    if (isReady) void updates.ask()
  }, [updates, isReady])
  useEffect(() => updates.keepAsking(), [updates])
  if (update === 'none') return null
  return (
    <div className="connection-banner connection-update" data-testid="update" role="status">
      <Sparkles size={16} aria-hidden="true" />
      {t(update === 'waiting' ? 'connection.updated' : 'connection.updatedElsewhere')}
      <button type="button" className="connection-now" onClick={() => void updates.take()}>
        {t('connection.update')}
      </button>
    </div>
  )
}
