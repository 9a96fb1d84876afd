// How far an own message has come: on its way, kept by the server, read by everyone, or refused.
import { Check, CheckCheck, CircleAlert, Clock3 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import './delivery-mark.css'

export type Delivery = 'pending' | 'sent' | 'read' | 'failed'

const icons = { pending: Clock3, sent: Check, read: CheckCheck, failed: CircleAlert } as const

export function DeliveryMark({ state }: { state: Delivery }) {
  const { t } = useTranslation()
  const Icon = icons[state]
  return (
    <span className="delivery-mark" data-delivery={state} role="img" aria-label={t(`timeline.${state}`)}>
      <Icon size={state === 'pending' ? 13 : 16} strokeWidth={2.1} aria-hidden="true" />
    </span>
  )
}
