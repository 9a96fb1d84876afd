// The process of a crowd of clients.
import { serveRemote } from '../remote.ts'
import { Crowd, type CrowdPlan, type Return } from './crowd.ts'

export type CrowdQuestion =
  | { readonly type: 'connect'; readonly plan: CrowdPlan }
  | { readonly type: 'cut' }
  | { readonly type: 'returned' }

let crowd: Crowd | null = null

serveRemote<CrowdQuestion, Return | null>(async (question) => {
  if (question.type === 'connect') {
    crowd = new Crowd(question.plan)
    await crowd.connect()
    return null
  }
  if (crowd === null) throw new Error(`${question.type} came before connect`)
  return question.type === 'cut' ? crowd.cut() : crowd.returned()
})
