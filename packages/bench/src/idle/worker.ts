// The process that holds idle sockets.
import { serveRemote } from '../remote.ts'
import { createHolder, type Holder, type HolderPlan } from './holder.ts'

export type HolderQuestion =
  | { readonly type: 'plan'; readonly plan: HolderPlan }
  | { readonly type: 'open'; readonly count: number }
  | { readonly type: 'ended' }

export type HolderAnswer = ReturnType<Holder['ended']>

let holder: Holder | null = null

serveRemote<HolderQuestion, HolderAnswer>(async (question) => {
  if (question.type === 'plan') holder = createHolder(question.plan)
  if (holder === null) throw new Error(`${question.type} came before the plan`)
  if (question.type === 'open') await holder.open(question.count)
  return holder.ended()
})
