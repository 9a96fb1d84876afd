// The files of a message: pictures small, everything else by name and size. Each leads to the file itself.
import type { OutgoingFile } from '@parley/client'
import type { File } from '@parley/protocol'
import { FileText, ImageIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../client/client-context.tsx'
import { Isolated } from '../ui/isolated.tsx'
import { fileSize } from './file-size.ts'
import { pictureSource } from './picture-source.ts'
import { type ShownSize, shownSize } from './shown-size.ts'
import './message-files.css'

export function MessageFiles({ files }: { files: readonly File[] }) {
  return (
    <ul className="message-files">
      {files.map((file) => (
        <li key={file.id}>
          <FileLink file={file} />
        </li>
      ))}
    </ul>
  )
}

/** Its place has the same size whatever is shown in it, so that nothing moves when the thumbnail comes. */
function Picture({ file, size }: { file: File; size: ShownSize }) {
  const { t } = useTranslation()
  const client = useClient()
  const name = t('files.picture', { name: file.name })
  const { width, height } = size
  const aspectRatio = `${width} / ${height}`
  const source = pictureSource(file)
  if (source === 'none')
    return (
      <span className="message-file-coming" role="img" aria-label={name} style={{ width, aspectRatio }}>
        <ImageIcon size={28} strokeWidth={1.6} aria-hidden="true" />
      </span>
    )
  const address = source === 'thumbnail' ? client.thumbnailUrl(file.id) : client.fileUrl(file.id)
  return <img {...size} style={{ aspectRatio }} src={address} alt={name} loading="lazy" />
}

function FileLink({ file }: { file: File }) {
  const { i18n } = useTranslation()
  const client = useClient()
  const size = shownSize(file)
  const address = { href: client.fileUrl(file.id), target: '_blank', rel: 'noopener noreferrer' }
  if (size !== null)
    return (
      <a {...address} className="message-file-picture" data-testid="file">
        <Picture file={file} size={size} />
      </a>
    )
  return (
    <a {...address} className="message-file" data-testid="file">
      <FileText size={28} strokeWidth={1.6} aria-hidden="true" />
      <span className="message-file-text">
        <span className="message-file-name">
          <Isolated>{file.name}</Isolated>
        </span>
        <span className="message-file-size">{fileSize(file.size, i18n.language)}</span>
      </span>
    </a>
  )
}

/** Files that go with a message which waits to be sent. */
export function WaitingFiles({ files }: { files: readonly OutgoingFile[] }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="message-files" aria-label={t('files.waiting')}>
      {files.map(({ name, content }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they neither move nor change
        <li key={index} className="message-file" data-testid="waiting-file">
          <FileText size={28} strokeWidth={1.6} aria-hidden="true" />
          <span className="message-file-text">
            <span className="message-file-name">
              <Isolated>{name}</Isolated>
            </span>
            <span className="message-file-size">{fileSize(content.size, i18n.language)}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
