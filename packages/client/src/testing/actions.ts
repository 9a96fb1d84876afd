// Random actions in a model chat, for properties: what people might do, as data that fast-check can shrink.
import type { ServerEvent } from '@parley/protocol'
import fc from 'fast-check'
import type { ModelChat } from './model-chat.ts'

export interface Action {
  readonly kind: 'send' | 'edit' | 'delete' | 'rename' | 'join' | 'leave' | 'promote' | 'read'
  /** Which person, of those that the test names. */
  readonly who: number
  /** Which message, by its seq. */
  readonly seq: number
}

export const actions = (length: { minLength?: number; maxLength: number }): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Action['kind']>(
        ...(['send', 'send', 'send', 'edit', 'delete', 'read', 'read'] as const),
        ...(['rename', 'join', 'leave', 'promote'] as const),
      ),
      who: fc.nat(3),
      seq: fc.integer({ min: 1, max: 30 }),
    }),
    length,
  )

/** Does it, and returns what the viewer hears of it. The viewer (person 0) neither joins nor leaves. */
export const perform = (chat: ModelChat, people: readonly string[], action: Action): ServerEvent[] => {
  const viewer = people[0] ?? ''
  const person = people[action.who % people.length] ?? viewer
  const another = person === viewer ? (people[1] ?? viewer) : person
  const isPresent = chat.members.get(person)?.left_at === null
  const heard = (event: ServerEvent | undefined): ServerEvent[] => (event === undefined ? [] : [event])
  switch (action.kind) {
    case 'send':
      return isPresent ? [chat.send(person, `message ${action.seq}`)] : []
    case 'edit':
      return heard(chat.edit(action.seq, `edit ${chat.version}`))
    case 'delete':
      return heard(chat.delete(action.seq))
    case 'rename':
      return [chat.rename(`title ${chat.version}`)]
    case 'join':
      return heard(chat.join(another))
    case 'leave':
      return chat.leave(another, viewer)
    case 'promote':
      return heard(chat.promote(person))
    case 'read':
      return chat.read(person, action.seq, viewer)
  }
}

/** Repeats some and puts all in another order, as the numbers say: data that shrinks, instead of a generator of events. */
export const scramble = <T>(items: readonly T[], repeats: readonly number[], keys: readonly number[]): T[] =>
  [...items, ...repeats.flatMap((at) => items[at % Math.max(1, items.length)] ?? [])]
    .map((item, at) => ({ item, key: keys[at % Math.max(1, keys.length)] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)

export const repeats: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { maxLength: 20 })
export const keys: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { minLength: 1, maxLength: 80 })
