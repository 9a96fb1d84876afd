// The process that plays the day.
import { serveRemote } from '../remote.ts'
import { createDayLoad, type DayLoad } from './day-load.ts'
import type { DayQuestion, DayResult } from './plan.ts'

let load: DayLoad | null = null

serveRemote<DayQuestion, DayResult | null>(async (question) => {
  if (question.type === 'connect') {
    load = await createDayLoad(question.plan)
    return null
  }
  if (load === null) throw new Error('run came before connect')
  return load.run(question.times)
})
