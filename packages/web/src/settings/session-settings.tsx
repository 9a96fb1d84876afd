// Where one is logged in, and ending it elsewhere.
import type { Session } from '@parley/protocol'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../client/client-context.tsx'
import { useErrorText } from '../client/use-error-text.ts'
import { useDates, useNow } from '../dates/use-dates.tsx'
import { Button } from '../ui/button.tsx'
import { Isolated } from '../ui/isolated.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { deviceOf } from './device.ts'

export function SessionSettings() {
  const { t } = useTranslation()
  const client = useClient()
  const errorText = useErrorText()
  const [sessions, setSessions] = useState<readonly Session[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    client.call('listSessions').then(
      ({ items }) => setSessions(items),
      (cause: unknown) => setError(errorText(cause)),
    )
  }, [client, errorText])
  const revoke = async (session: Session) => {
    try {
      await client.call('revokeSession', { params: { session_id: session.id } })
      setSessions((former) => former?.filter((other) => other.id !== session.id) ?? null)
    } catch (cause) {
      setError(errorText(cause))
    }
  }
  return (
    <div className="form">
      <p className="settings-note">{t('settings.sessionsNote')}</p>
      {error !== null && (
        <p className="form-error" role="alert">
          {error}
        </p>
      )}
      {sessions === null && error === null && <Spinner />}
      <ul className="sessions">
        {sessions?.map((session) => (
          <SessionItem key={session.id} session={session} onRevoke={() => void revoke(session)} />
        ))}
      </ul>
    </div>
  )
}

function SessionItem({ session, onRevoke }: { session: Session; onRevoke: () => void }) {
  const { t } = useTranslation()
  const dates = useDates()
  const now = useNow()
  const { browser, system } = deviceOf(session.user_agent)
  const known = [browser, system].filter((part) => part !== null)
  const name =
    browser !== null && system !== null
      ? t('settings.device', { browser, system })
      : (known[0] ?? t('settings.unknownDevice'))
  return (
    <li className="session">
      <div>
        <p className="session-name">
          <Isolated>{name}</Isolated>
        </p>
        <p className="session-hint">
          {session.ip} · {t('settings.lastUsed', { when: dates.ago(Date.parse(session.last_used_at), now) })}
        </p>
      </div>
      {session.current ? (
        <span className="session-this">{t('settings.thisSession')}</span>
      ) : (
        <Button aria-label={`${t('settings.revoke')}: ${name}`} onClick={onRevoke}>
          {t('settings.revoke')}
        </Button>
      )}
    </li>
  )
}
