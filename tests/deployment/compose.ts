// compose.yaml as Compose reads it where a given environment, or none, fills its variables.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseYaml } from '@redocly/openapi-core'
import { projectRoot } from './build-context.ts'

/** What of a service is looked at here. */
interface Service {
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly profiles?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly read_only?: boolean
  readonly command?: readonly string[]
  readonly user?: string
  readonly cap_drop?: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly pids_limit?: number
  readonly networks?: readonly string[]
  readonly network_mode?: string
  readonly tmpfs?: readonly string[]
}

export interface Compose {
  readonly services: Readonly<Record<'caddy' | 'keys' | 'parley' | 'postgres', Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>
  readonly volumes: Readonly<Record<string, null>>
}

const composeText = readFileSync(join(projectRoot, 'compose.yaml'), 'utf8')

const variable = /(?<!\$)\$\{(\w+):-([^{}$]*)\}/g

/** The variables that the file asks for. */
export const composeVariables = (): Set<string> =>
  new Set([...composeText.matchAll(variable)].map(([, name = '']) => name))

/** A text of the file with its variables filled in. Each has a default, which stands for an empty value too. */
function fill(text: string, environment: Record<string, string>): string {
  const filled = text.replaceAll(
    variable,
    (_, name: string, fallback: string) => environment[name] || fallback,
  )
  const left = /(?<!\$)\$(?!\$)\S*/.exec(filled)
  if (left !== null) throw new Error(`Not a variable with a default: ${left[0]}`)
  return filled
}

export const filledText = (): string => fill(composeText, {})

/** Filled in value by value, as Compose does it: what a variable holds stays a string. */
export const readCompose = (environment: Record<string, string> = {}): Compose =>
  fillAll(parseYaml(composeText), environment) as Compose

function fillAll(value: unknown, environment: Record<string, string>): unknown {
  if (typeof value === 'string') return fill(value, environment).replaceAll('$$', '$')
  if (Array.isArray(value)) return value.map((item) => fillAll(item, environment))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillAll(item, environment)]))
}
