// A line that shows for some seconds: what failed, or what was done.
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/button.tsx'
import './notice.css'

const shownMs = 6000

interface NoticeProps {
  notice: { text: string; at: number } | null
  onDismiss: () => void
}

export function Notice({ notice, onDismiss }: NoticeProps) {
  const { t } = useTranslation()
  useEffect(() => {
    if (notice === null) return
    const timer = setTimeout(onDismiss, shownMs)
    return () => clearTimeout(timer)
  }, [notice, onDismiss])
  return (
    <div className="notice-place" role="alert">
      {notice !== null && (
        <div className="notice" key={notice.at}>
          {notice.text}
          <IconButton icon={X} size={16} label={t('notice.dismiss')} onClick={onDismiss} />
        </div>
      )}
    </div>
  )
}
