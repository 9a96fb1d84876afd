// The programs from which people may come.

export const sourceNames = [
  'chat-application',
  'chat-backend',
  'messenger',
  'messenger-api',
  'windi-messenger',
] as const

export type SourceName = (typeof sourceNames)[number]
