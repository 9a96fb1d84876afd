// The programs from which people may come.

export const sourceNames = ['messenger', 'messenger-api', 'windi-messenger'] as const

export type SourceName = (typeof sourceNames)[number]
