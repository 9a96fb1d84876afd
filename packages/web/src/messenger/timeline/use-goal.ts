// Where the person wants to be in the timeline: at first the unread messages or the end, later where they jump to.
import type { ChatView, Message } from '@parley/protocol'
import { useCallback, useEffect, useState } from 'react'
import type { Goal } from './use-scroll.ts'

/** How long a message stays lit after a jump to it. */
const litMs = 1600

function firstGoal(chat: ChatView, target: number | null): Goal {
  if (target !== null) return { id: 0, place: { kind: 'message', seq: target } }
  if (chat.unread_count > 0) return { id: 0, place: { kind: 'unread', seq: chat.read_seq + 1 } }
  return { id: 0, place: { kind: 'end' } }
}

/** `target` is the seq in the page's address. */
export function useGoal(chat: ChatView, target: number | null) {
  const [goal, setGoal] = useState(() => firstGoal(chat, target))
  const [aimed, setAimed] = useState(target)
  /** The replies from which quotes were followed, the latest last. */
  const [wayBack, setWayBack] = useState<readonly number[]>([])
  if (aimed !== target) {
    setAimed(target)
    if (target !== null) setGoal({ id: goal.id + 1, place: { kind: 'message', seq: target } })
  }

  const toMessage = useCallback((seq: number) => {
    setGoal((former) => ({ id: former.id + 1, place: { kind: 'message', seq } }))
  }, [])
  const toEnd = useCallback(() => {
    setWayBack([])
    setGoal((former) => ({ id: former.id + 1, place: { kind: 'end' } }))
  }, [])
  const toUnread = useCallback((seq: number) => {
    setGoal((former) => ({ id: former.id + 1, place: { kind: 'unread', seq } }))
  }, [])
  const toQuoted = useCallback(
    (quoted: Message, from: Message | undefined) => {
      if (from !== undefined) setWayBack((former) => [...former.filter((seq) => seq !== from.seq), from.seq])
      toMessage(quoted.seq)
    },
    [toMessage],
  )
  /** From a quote back to its reply, else to the end. */
  const goDown = useCallback(() => {
    const seq = wayBack.at(-1)
    if (seq === undefined) return toEnd()
    setWayBack(wayBack.slice(0, -1))
    toMessage(seq)
  }, [wayBack, toEnd, toMessage])

  return { goal, litSeq: useLit(goal), toEnd, toUnread, toQuoted, goDown, returns: wayBack.length > 0 }
}

function useLit(goal: Goal): number | null {
  const [over, setOver] = useState(-1)
  useEffect(() => {
    const timer = setTimeout(() => setOver(goal.id), litMs)
    return () => clearTimeout(timer)
  }, [goal.id])
  return goal.place.kind === 'message' && over !== goal.id ? goal.place.seq : null
}
