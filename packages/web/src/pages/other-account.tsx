// Said by a tab whose account is not the one that is logged in in this browser any more.
import { useTranslation } from 'react-i18next'
import { useMaybeMe } from '../client/client-context.tsx'
import { useSession } from '../session/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { AuthLayout } from './auth-layout.tsx'

/** Below the provider of the client of whoever is logged in now. */
export function OtherAccount() {
  const { t } = useTranslation()
  const session = useSession()
  const me = useMaybeMe()
  const title = me === undefined ? t('otherAccount.unknown') : t('otherAccount.title', { name: me.name })
  return (
    <AuthLayout title={title} lead={t('otherAccount.lead')} footer={null}>
      {me === undefined ? (
        <Spinner size={20} />
      ) : (
        <Button look="primary" wide onClick={() => session.goOnAsOther()}>
          {t('otherAccount.goOn', { name: me.name })}
        </Button>
      )}
      <Button wide onClick={() => session.leaveOther()}>
        {t('otherAccount.logIn')}
      </Button>
    </AuthLayout>
  )
}
