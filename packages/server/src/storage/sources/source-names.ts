// The programs from which people may come.

export const sourceNames = ['windi-messenger'] as const

export type SourceName = (typeof sourceNames)[number]
