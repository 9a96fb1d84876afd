// Carries the cases out, with the answer of the commit lost and, as the control, without, and measures when everybody was told.
import { performance } from 'node:perf_hooks'

import { lostCommits } from './cases.ts'
import type { Expected, LostCommit } from './lost-commit.ts'
import { type Attendee, type Place, type Scene, setScene } from './place.ts'

export interface CaseOutcome {
  readonly what: string
  readonly lost: boolean
  /** Milliseconds from the answer until all were told. */
  readonly told: number
  /** What was not as it must be; empty if all was. */
  readonly faults: readonly string[]
}

/** All must be told within this time, in milliseconds. */
const within = 5_000

/**
 * Every case twice: with the commit's answer lost, and then without, as the control. The control is without the reconciler, which would
 * heal what a command forgot to publish.
 */
export async function runLostCommits(
  place: Place,
  report: (outcome: CaseOutcome) => void = () => {},
): Promise<CaseOutcome[]> {
  const outcomes: CaseOutcome[] = []
  for (const lost of [true, false]) {
    if (!lost) await place.app.ports.reconciler.stop()
    for (const one of lostCommits) {
      const outcome = await runCase(place, one, lost)
      report(outcome)
      outcomes.push(outcome)
    }
  }
  return outcomes
}

export async function runCase(place: Place, one: LostCommit, lost: boolean): Promise<CaseOutcome> {
  const scene = await setScene(place)
  try {
    const prepared = await one.before?.(scene)
    const expected = one.expect(scene, prepared)
    const marks = expected.map(({ who }) => who.heard.length)
    const cut = lost ? place.proxy.loseNext() : null
    const answer = await attempt(() => one.act(scene, prepared))
    const answeredAt = performance.now()
    const faults = lost ? await lostFaults(place, cut, answer) : controlFaults(one, answer)
    for (const [index, item] of expected.entries())
      faults.push(...(await expectWithin(item, marks[index] ?? 0, answeredAt)))
    const told = performance.now() - answeredAt
    if (lost) faults.push(...(await repeatFaults(one, scene, prepared)))
    if (one.silent !== undefined) faults.push(...(await silenceFaults(scene, one.silent(scene))))
    return { what: one.what, lost, told, faults }
  } finally {
    place.proxy.disarm()
    scene.leave()
  }
}

/**
 * The database answers the command's commit and nothing after it: what was done is then answered as done, and everybody is told. Gives
 * what was not so.
 */
export async function runRefused(place: Place, one: LostCommit): Promise<readonly string[]> {
  const scene = await setScene(place)
  try {
    const prepared = await one.before?.(scene)
    const expected = one.expect(scene, prepared)
    const marks = expected.map(({ who }) => who.heard.length)
    const refused = place.proxy.refuseAfterNext()
    const answer = await attempt(() => one.act(scene, prepared))
    const answeredAt = performance.now()
    place.proxy.disarm()
    const faults = one.answersAfter !== undefined && answer.retryable ? [] : controlFaults(one, answer)
    if ((await settledNow(refused)) === null) faults.push('nothing was committed')
    for (const [index, item] of expected.entries())
      faults.push(...(await expectWithin(item, marks[index] ?? 0, answeredAt)))
    return faults
  } finally {
    place.proxy.disarm()
    scene.leave()
  }
}

/** Null while the promise is not settled. */
const settledNow = <T>(promise: Promise<T>): Promise<T | null> =>
  Promise.race([promise, Promise.resolve(null)])

interface Attempt {
  readonly ok: boolean
  readonly retryable: boolean
  readonly status: number
  readonly text: string
}

/** An answer of HTTP, or what a command gave or threw. */
async function attempt(act: () => Promise<unknown>): Promise<Attempt> {
  try {
    const answer = await act()
    if (typeof answer !== 'object' || answer === null || !('status' in answer) || !('text' in answer)) {
      return { ok: true, retryable: false, status: 200, text: '' }
    }
    const { status, text } = answer as { status: number; text: string }
    return { ok: status < 400, retryable: text.includes('"retryable":true'), status, text }
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error)
    return { ok: false, retryable: code === 'unavailable', status: 0, text: code }
  }
}

const controlFaults = ({ refusedWith }: LostCommit, answer: Attempt): string[] =>
  answer.ok || answer.status === refusedWith ? [] : [`it was refused: ${answer.text}`]

async function lostFaults(place: Place, cut: Promise<'cut'> | null, answer: Attempt): Promise<string[]> {
  const happened = await Promise.race([
    cut,
    new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), within)),
  ])
  place.proxy.disarm()
  if (happened !== 'cut') return ['no commit was lost']
  // finishDeletions logs what it could not do and goes on.
  return answer.retryable || answer.ok ? [] : [`the answer was not one to try again after: ${answer.text}`]
}

async function expectWithin(expected: Expected, mark: number, since: number): Promise<string[]> {
  const { who } = expected
  const left = () => since + within - performance.now()
  if ('closed' in expected) {
    const ending = await Promise.race([
      who.closed,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), Math.max(0, left()))),
    ])
    return ending?.code === expected.closed ? [] : [`a socket was not closed with ${expected.closed}`]
  }
  while (left() > 0) {
    if (who.heard.slice(mark).some(expected.fits)) return []
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const heard = who.heard.slice(mark).map(({ type }) => type)
  return [`nobody heard ${expected.hears}, but ${heard.join(', ') || 'nothing'}`]
}

async function repeatFaults(
  { act, again = 'succeeds' }: LostCommit,
  scene: Scene,
  prepared: unknown,
): Promise<string[]> {
  if (again === 'none') return []
  const answer = await attempt(() => act(scene, prepared))
  if (again === 'succeeds') return answer.ok ? [] : [`the retry was refused: ${answer.status} ${answer.text}`]
  return answer.status === again.status ? [] : [`the retry gave ${answer.status} in place of ${again.status}`]
}

/** Says something in the chat that all who are in it hear, and looks whether the one who is out hears it too. */
async function silenceFaults(scene: Scene, silent: Attendee): Promise<string[]> {
  const { place, owner, member, chatId } = scene
  const mark = silent.listener.heard.length
  const { message } = await place.door.ask('sendMessage', owner.token, {
    params: { chat_id: chatId },
    body: { text: 'afterwards' },
  })
  await member.listener.until(
    'the later message',
    (frame) => frame.type === 'message_created' && frame.message.id === message.id,
  )
  // Whatever came to the one who is out came before the answer to this.
  await silent.listener.ask({ type: 'ping' })
  const heard = silent.listener.heard.slice(mark).filter(({ type }) => type !== 'pong')
  return heard.length === 0 ? [] : [`one who is out heard ${heard.map(({ type }) => type).join(', ')}`]
}
