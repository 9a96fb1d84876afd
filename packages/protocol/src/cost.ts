// What calls and frames cost. 1 is what a cheap question takes of a small server: about a millisecond of it and its database together.
// Who pays, and out of what, is in `budgets` (limits.ts).

/** `call` whatever is asked, and `each` for every item that the field of that name lists, or that it asks for as a number. */
export interface SizedCost<Field extends string = string> {
  readonly call: number
  readonly each: number
  readonly of: Field
  /** The size of a field that is not there; 0 if not given. */
  readonly otherwise?: number
}

export type Cost<Field extends string = string> = number | SizedCost<Field>

type Input = Readonly<Record<string, unknown>> | undefined

/** What is to be paid before anything is looked at. */
export const baseCost = (cost: Cost): number => (typeof cost === 'number' ? cost : cost.call)

/** What comes on top of it for these inputs, which fit their schemas; the field is looked for in one after the other. */
export function sizeCost(cost: Cost, ...inputs: readonly Input[]): number {
  if (typeof cost === 'number') return 0
  const { each, of, otherwise = 0 } = cost
  const value = inputs.find((input) => input?.[of] !== undefined)?.[of]
  return each * (value === undefined ? otherwise : sizeOf(value))
}

function sizeOf(value: unknown): number {
  if (typeof value === 'number') return value
  // Ids with commas in between.
  if (typeof value === 'string') return value.split(',').length
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0
}

/** For documents: `2 + 0.04 for each of limit`. */
export const costText = (cost: Cost): string =>
  typeof cost === 'number' ? String(cost) : `${cost.call} + ${cost.each} for each of ${cost.of}`
