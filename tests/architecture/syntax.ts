// The syntax of a source file, as a list of its nodes.
import { parseSync } from 'vite'

export type Node = Readonly<Record<string, unknown>>

export const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every node in the order in which they stand. Throws for what cannot be read as TypeScript or JavaScript. */
export function nodesIn(path: string, source: string): Node[] {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0]?.message}`)
  const nodes: Node[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item)
      return
    }
    if (!isNode(value)) return
    nodes.push(value)
    for (const child of Object.values(value)) visit(child)
  }
  visit(program)
  return nodes
}
