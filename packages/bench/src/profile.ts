// What a V8 CPU profile says of a stretch of time: where the server spent it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A .cpuprofile file as far as it is read here. Times are microseconds of the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface SelfTime {
  /** `name file:line` */
  readonly place: string
  /** Part of the whole stretch, idle time included. */
  readonly share: number
}

/** The functions with the most time of their own between two moments, the largest first. */
export function selfTimes(profile: CpuProfile, from: number, to: number, top: number): SelfTime[] {
  const places = new Map(profile.nodes.map((node) => [node.id, placeOf(node.callFrame)]))
  const sums = new Map<string, number>()
  let at = profile.startTime
  let total = 0
  for (const [index, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    at += delta
    if (at < from || at >= to) continue
    const place = places.get(id) ?? '(unknown)'
    sums.set(place, (sums.get(place) ?? 0) + delta)
    total += delta
  }
  return [...sums]
    .map(([place, micros]) => ({ place, share: micros / total }))
    .toSorted((a, b) => b.share - a.share)
    .slice(0, top)
}

/** The profile that a process left in the folder; null if it left none. */
export function readProfile(folder: string, pid: number): CpuProfile | null {
  const name = readdirSync(folder).find((file) => file.endsWith('.cpuprofile') && file.includes(`.${pid}.`))
  return name === undefined ? null : (JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile)
}

export function renderSelfTimes(title: string, times: readonly SelfTime[]): string {
  const lines = times.map(({ place, share }) => `${(share * 100).toFixed(1).padStart(5)} %  ${place}`)
  return `${title}\n${lines.join('\n')}\n`
}

function placeOf(frame: CpuProfile['nodes'][number]['callFrame']): string {
  const name = frame.functionName || '(anonymous)'
  if (frame.url === '') return name
  const file = frame.url.split('/').slice(-3).join('/')
  return `${name} ${file}:${frame.lineNumber + 1}`
}
