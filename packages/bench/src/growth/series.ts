// Calls one after another, each timed, and what they cost the processes.
import { type ProcessSample, sampleProcesses } from '../process-cpu.ts'
import type { ServerProcess } from '../server-process.ts'
import { percentile, ratio } from '../statistics.ts'

export interface Series {
  /** Makes so many calls, one at a time; the number of each counts on from one run to the next. */
  run(count: number): Promise<void>
  /** Milliseconds that `share` of the calls did not exceed; null before the first. */
  latency(share: number): number | null
  /** Microseconds per call, of server and database together. /proc counts hundredths of a second: over few calls it says little. */
  cpu(): number | null
}

/** A call that fails ends the run. */
export function createSeries(server: ServerProcess, call: (number: number) => Promise<unknown>): Series {
  const latencies: number[] = []
  let cpuSeconds = 0
  const used = ({ serverCpu, databaseCpu }: ProcessSample): number => (serverCpu ?? 0) + (databaseCpu ?? 0)
  return {
    async run(count) {
      const before = used(sampleProcesses(server.processes))
      for (let turn = 0; turn < count; turn++) {
        const begin = performance.now()
        await call(latencies.length)
        latencies.push(performance.now() - begin)
      }
      cpuSeconds += used(sampleProcesses(server.processes)) - before
    },
    latency: (share) => percentile(latencies, share),
    cpu: () => ratio(cpuSeconds * 1e6, latencies.length),
  }
}
