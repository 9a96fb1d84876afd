// All sorts of hostility, by their names.
import { callSorts } from './calls.ts'
import { connectionSorts } from './connections.ts'
import type { Sort } from './crowd.ts'
import { frameSorts } from './frames.ts'

const sorts: Readonly<Record<string, Sort>> = { ...frameSorts, ...callSorts, ...connectionSorts }

export const sortNames: readonly string[] = Object.keys(sorts)

/** Throws for a name that is none. */
export function sortOf(name: string): Sort {
  const sort = sorts[name]
  if (sort === undefined) throw new Error(`${name} is no sort of hostility`)
  return sort
}
