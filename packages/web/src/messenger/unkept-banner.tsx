// Says what is lost with the page, because this browser could not keep it, and has the browser ask before the page goes.
import { TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient, useReplica } from '../client/client-context.tsx'
import { useLasting } from './use-lasting.ts'

export function UnkeptBanner() {
  const { t } = useTranslation()
  const client = useClient()
  const count = useReplica(() => client.unkept().length)
  const isAny = count > 0
  // What the server takes at once was never in danger.
  const shown = useLasting(isAny)
  useEffect(() => {
    if (!isAny) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isAny])
  if (!shown) return null
  return (
    <div className="connection-banner connection-unkept" data-testid="unkept">
      <TriangleAlert size={16} aria-hidden="true" />
      {t('connection.unkept', { count })}
    </div>
  )
}
