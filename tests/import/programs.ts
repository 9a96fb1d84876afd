// The programs that people may come from, each with databases to come from.
import type { SourceName } from '../../packages/server/src/storage/sources/source-names.ts'
import { messenger } from './messenger.ts'
import { messengerApi } from './messenger-api.ts'
import type { Program } from './program.ts'
import { windiMessenger } from './windi-messenger.ts'

export const programs: Readonly<Record<SourceName, Program>> = {
  messenger,
  'messenger-api': messengerApi,
  'windi-messenger': windiMessenger,
}
