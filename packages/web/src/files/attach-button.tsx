// Lets the person choose files and sends them.
import type { ChatHandle } from '@parley/client'
import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { useSendFiles } from './use-send-files.ts'
import './attach-button.css'

export function AttachButton({ handle, onSent }: { handle: ChatHandle; onSent: () => void }) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const { busy, send } = useSendFiles(handle, onSent)
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
          void send(files)
        }}
      />
      {busy ? (
        <span className="attach-busy" role="status" aria-label={t('files.uploading')}>
          <Spinner size={18} />
        </span>
      ) : (
        <IconButton icon={Paperclip} label={t('files.attach')} onClick={() => input.current?.click()} />
      )}
    </>
  )
}
