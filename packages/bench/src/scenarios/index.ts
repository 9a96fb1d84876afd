// The table of scenarios: those that are a load for every contestant, and the studies.
import { dayStudy } from '../day/day.ts'
import { dialectsStudy } from '../dialects/dialects.ts'
import { flushStudy } from '../flush/flush.ts'
import { historyStudy } from '../growth/history.ts'
import { membersStudy } from '../growth/members.ts'
import { idleStudy } from '../idle/idle.ts'
import { startupStudy } from '../startup/startup.ts'
import { stormStudy } from '../storm/storm.ts'
import { directsScenario } from './directs.ts'
import { durableScenario } from './durable.ts'
import { roomsScenario } from './rooms.ts'
import type { Scenario } from './scenario.ts'
import type { Study } from './study.ts'

const named: readonly Scenario[] = [
  roomsScenario(1, 1000),
  roomsScenario(100, 10),
  directsScenario(1000),
  durableScenario,
]
const studies: readonly Study[] = [
  dayStudy,
  stormStudy,
  idleStudy,
  historyStudy,
  membersStudy,
  dialectsStudy,
  flushStudy,
  startupStudy,
]

export const defaultScenarios: readonly string[] = named.map((scenario) => scenario.name)
export const defaultStudies: readonly string[] = studies.map((study) => study.name)

/** A scenario of the table, or any `<rooms>x<members>`; null for other names. */
export function scenarioOf(name: string): Scenario | null {
  const known = named.find((scenario) => scenario.name === name)
  if (known !== undefined) return known
  const [, rooms, members] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(name) ?? []
  return rooms === undefined || members === undefined ? null : roomsScenario(Number(rooms), Number(members))
}

/** null for other names. */
export const studyOf = (name: string): Study | null => studies.find((study) => study.name === name) ?? null
