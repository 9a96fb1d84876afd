// The programs that people may come from, each with databases to come from.
import type { SourceName } from '../../packages/server/src/storage/sources/source-names.ts'
import { messenger } from './messenger.ts'
import { messengerApi } from './messenger-api.ts'
import type { Program } from './program.ts'
import { windiMessenger } from './windi-messenger.ts'

/** Of the two others not everybody is known who is in a chat, or files are to come (generate-*.ts). */
export type ProgramName = Exclude<SourceName, 'chat-application' | 'chat-backend'>

export const programs: Readonly<Record<ProgramName, Program>> = {
  messenger,
  'messenger-api': messengerApi,
  'windi-messenger': windiMessenger,
}
