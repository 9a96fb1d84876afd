// Uploads chosen files one after the other and sends them, as many to a message as it can carry.
import type { ChatHandle } from '@parley/client'
import { limits } from '@parley/protocol'
import { useState } from 'react'
import { useClient } from '../client/client-context.tsx'
import { useAttempt } from '../messenger/overlays/overlays.ts'

export interface SendFiles {
  /** While files are on their way no others are taken. */
  readonly busy: boolean
  send(files: readonly globalThis.File[]): Promise<void>
}

/** A failure is told to the person; what was uploaded until then is sent all the same. */
export function useSendFiles(handle: ChatHandle, onSent: () => void): SendFiles {
  const client = useClient()
  const attempt = useAttempt()
  const [busy, setBusy] = useState(false)

  const upload = async (files: readonly globalThis.File[]): Promise<void> => {
    const uploaded: string[] = []
    try {
      for (const file of files) uploaded.push((await client.uploadFile(file, file.name)).id)
    } finally {
      for (let at = 0; at < uploaded.length; at += limits.filesPerMessage) {
        const ids = uploaded.slice(at, at + limits.filesPerMessage)
        // A refused send stays in the timeline with its reason.
        handle.send('', { fileIds: ids }).catch(() => undefined)
      }
      if (uploaded.length > 0) onSent()
    }
  }

  return {
    busy,
    async send(files) {
      if (busy || files.length === 0) return
      setBusy(true)
      await attempt(upload(files))
      setBusy(false)
    },
  }
}
