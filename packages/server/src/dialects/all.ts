// The dialects that this server speaks.
import type { Dialect } from './kit/dialect.ts'

export const dialects: readonly Dialect[] = []
