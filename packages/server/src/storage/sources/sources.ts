// How the database of each program is read.
import { openChatApplication } from './chat-application.ts'
import { openChatBackend } from './chat-backend.ts'
import { openMessenger } from './messenger.ts'
import { openMessengerApi } from './messenger-api.ts'
import type { OpenSource } from './open-source.ts'
import type { SourceName } from './source-names.ts'
import { openWindiMessenger } from './windi-messenger.ts'

/** Each opens the database at that address. */
export const sources: Readonly<Record<SourceName, (url: string) => Promise<OpenSource>>> = {
  'chat-application': openChatApplication,
  'chat-backend': openChatBackend,
  messenger: openMessenger,
  'messenger-api': openMessengerApi,
  'windi-messenger': openWindiMessenger,
}
