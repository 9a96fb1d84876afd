// The table of scenarios.
import { durableScenario } from './durable.ts'
import { roomsScenario } from './rooms.ts'
import type { Scenario } from './scenario.ts'

const named: readonly Scenario[] = [roomsScenario(1, 1000), roomsScenario(100, 10), durableScenario]

export const defaultScenarios: readonly string[] = named.map((scenario) => scenario.name)

/** A scenario of the table, or any `<rooms>x<members>`; null for other names. */
export function scenarioOf(name: string): Scenario | null {
  const known = named.find((scenario) => scenario.name === name)
  if (known !== undefined) return known
  const [, rooms, members] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(name) ?? []
  return rooms === undefined || members === undefined ? null : roomsScenario(Number(rooms), Number(members))
}
