// Tells the messages that carry a file of what its picture turned out to be.
import type { Id } from '@parley/protocol'
import { type CommitPorts, commit } from '../transaction.ts'
import type { Carrier } from './preview-store.ts'

/** Messages that are looked up together. */
const pageSize = 100

/**
 * Each message takes a version and is published as it is now, without being edited. Done twice it only takes more versions. Rejects when
 * the database does not answer; the news is pending still then.
 */
export async function tellPreview(ports: CommitPorts, fileId: Id): Promise<void> {
  const { previews } = ports.storage.stores
  let last: Carrier | null = null
  for (;;) {
    const page: Carrier[] = await previews.carriers(fileId, last, pageSize)
    for (const carrier of page) await refresh(ports, carrier, fileId)
    last = page.at(-1) ?? null
    if (page.length < pageSize) break
  }
  await previews.done(fileId)
}

/** Nothing of a message that carries the file no more. */
async function refresh(ports: CommitPorts, { chatId, messageId }: Carrier, fileId: Id): Promise<void> {
  await commit(ports, async (stores, emit) => {
    if ((await stores.chats.lock(chatId)) === null) return
    const message = await stores.messages.find(messageId)
    if (message === null || !message.files.some((file) => file.id === fileId)) return
    const refreshed = await stores.messages.refresh(message)
    emit({
      audience: { kind: 'chat', chat_id: chatId },
      event: { type: 'message_updated', chat_id: chatId, version: refreshed.version, message: refreshed },
    })
  })
}
