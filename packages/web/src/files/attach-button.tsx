// Lets the person choose files for what they are writing.
import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/button.tsx'
import './attach-button.css'

interface AttachButtonProps {
  onChoose: (files: readonly File[]) => void
}

export function AttachButton({ onChoose }: AttachButtonProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        className="attach-input"
        data-testid="attach"
        type="file"
        multiple
        tabIndex={-1}
        aria-label={t('files.attach')}
        onChange={(event) => {
          const files = [...(event.target.files ?? [])]
          // The same file may be chosen again.
          event.target.value = ''
          onChoose(files)
        }}
      />
      <IconButton icon={Paperclip} label={t('files.attach')} onClick={() => input.current?.click()} />
    </>
  )
}
