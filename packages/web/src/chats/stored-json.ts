// What the storage has, which another version, or somebody's hand, may have written: read with doubt.

/** Undefined for what is no JSON. */
export function parseJson(json: string | null): unknown {
  if (json === null) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
