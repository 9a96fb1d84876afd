// The files that go with what is being written.
import { FileText, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { DraftFile } from '../chats/draft.ts'
import { IconButton } from '../ui/button.tsx'
import { Isolated } from '../ui/isolated.tsx'
import { fileSize } from './file-size.ts'
import './chosen-files.css'

interface ChosenFilesProps {
  files: readonly DraftFile[]
  onRemove: (fileId: string) => void
}

export function ChosenFiles({ files, onRemove }: ChosenFilesProps) {
  const { t, i18n } = useTranslation()
  if (files.length === 0) return null
  return (
    <ul className="chosen-files" aria-label={t('files.chosen')}>
      {files.map((file) => (
        <li key={file.id} className="chosen-file" data-testid="chosen-file">
          <FileText size={18} strokeWidth={1.7} aria-hidden="true" />
          <span className="chosen-file-name">
            <Isolated>{file.name}</Isolated>
          </span>
          <span className="chosen-file-size">{fileSize(file.size, i18n.language)}</span>
          <IconButton
            icon={X}
            size={15}
            label={t('files.remove', { name: file.name })}
            onClick={() => onRemove(file.id)}
          />
        </li>
      ))}
    </ul>
  )
}
