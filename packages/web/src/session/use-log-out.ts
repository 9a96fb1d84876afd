// Logs out, after asking if something that was written would be lost.
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useOverlays } from '../messenger/overlays/overlays.ts'
import { useSession } from './session-context.tsx'

export function useLogOut(): () => Promise<void> {
  const { t } = useTranslation()
  const session = useSession()
  const { confirm } = useOverlays()
  return useCallback(async () => {
    const question = { title: t('logOut.title'), text: t('logOut.text'), action: t('settings.logOut') }
    if (session.hasUnsent() && !(await confirm(question))) return
    await session.logout()
  }, [t, session, confirm])
}
