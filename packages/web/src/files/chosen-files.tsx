// The files that go with what is being written, and how far they have come.
import { FileText, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DraftFile } from '../chats/draft.ts'
import type { Sending } from '../chats/draft-sender.ts'
import { useErrorText } from '../client/use-error-text.ts'
import { IconButton } from '../ui/button.tsx'
import { Isolated } from '../ui/isolated.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { fileSize } from './file-size.ts'
import './chosen-files.css'

interface ChosenFilesProps {
  files: readonly DraftFile[]
  sending: Sending
  onRemove: (fileId: string) => void
}

export function ChosenFiles({ files, sending, onRemove }: ChosenFilesProps) {
  const { t, i18n } = useTranslation()
  if (files.length === 0) return null
  const busy = sending.status === 'uploading'
  return (
    <div className="chosen">
      <ul className="chosen-files" aria-label={t('files.chosen')}>
        {files.map((file) => (
          <li key={file.id} className="chosen-file" data-testid="chosen-file">
            <FileText size={18} strokeWidth={1.7} aria-hidden="true" />
            <span className="chosen-file-name">
              <Isolated>{file.name}</Isolated>
            </span>
            <span className="chosen-file-size">{fileSize(file.size, i18n.language)}</span>
            {!busy && (
              <IconButton
                icon={X}
                size={15}
                label={t('files.remove', { name: file.name })}
                onClick={() => onRemove(file.id)}
              />
            )}
          </li>
        ))}
      </ul>
      <SendingNote sending={sending} count={files.length} />
    </div>
  )
}

function SendingNote({ sending, count }: { sending: Sending; count: number }) {
  const { t } = useTranslation()
  const errorText = useErrorText()
  switch (sending.status) {
    case 'idle':
      return null
    case 'uploading':
      return (
        <p className="chosen-note" role="status">
          <Spinner size={14} />
          {t('files.uploading', { done: sending.done, count })}
        </p>
      )
    case 'failed':
      return (
        <p className="chosen-note chosen-note-failed" role="alert">
          {t('files.notUploaded', { name: sending.fileName })}{' '}
          {sending.code === 'file_lost' ? t('files.lost') : errorText({ code: sending.code })}
        </p>
      )
  }
}
