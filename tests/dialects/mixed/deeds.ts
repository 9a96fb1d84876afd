// What is done in a mixed chat, by whatever door can do it, and what is true afterwards.
import type { Place } from '../../access/dialects/place.ts'
import type { Stage } from '../../access/stage.ts'
import { type Happening, type MixedChat, newestOf, type Role, type Said, said, visible } from './chat.ts'
import type { Door } from './doors.ts'

interface Outcome {
  readonly chat: MixedChat
  readonly happenings: readonly Happening[]
  /** The id with which the door's contract answered. */
  readonly id?: unknown
}

export interface Deed {
  readonly name: string
  readonly can: (door: Door) => boolean
  readonly actor?: Role
  /** The places of a message of the actor and of one of somebody else; their newest, if it does not say. */
  readonly about?: (chat: MixedChat) => { readonly own?: number; readonly theirs?: number }
  carryOut(by: Doing): Promise<Outcome>
}

export interface Doing {
  readonly stage: Stage
  readonly door: Door
  readonly doorName: string
  readonly chat: MixedChat
  readonly place: Place
  readonly own: number
  readonly theirs: number
}

const withSaid = (chat: MixedChat, more: Said): MixedChat => ({ ...chat, said: [...chat.said, more] })

const changed = (chat: MixedChat, index: number, change: (former: Said) => Said): MixedChat => ({
  ...chat,
  said: chat.said.map((one, at) => (at === index ? change(one) : one)),
})

const at = (chat: MixedChat, index: number): Said => {
  const found = chat.said[index]
  if (found === undefined) throw new Error(`Nothing was said at ${index}`)
  return found
}

function spoken(chat: MixedChat, text: string, id?: unknown): Outcome {
  const message = said('owner', text)
  return { chat: withSaid(chat, message), happenings: [{ what: 'message', said: message }], id }
}

export const says: Deed = {
  name: 'says something',
  can: () => true,
  async carryOut({ stage, door, doorName, chat, place }) {
    const text = `Said by ${doorName}`
    return spoken(chat, text, await door.say(stage, place, text))
  },
}

const saysMuch: Deed = {
  name: 'says as much as the door takes, in characters of two units',
  can: () => true,
  async carryOut({ stage, door, chat, place }) {
    const text = '𝄞'.repeat(door.longest)
    return spoken(chat, text, await door.say(stage, place, text))
  },
}

const sendsFile: Deed = {
  name: 'sends a file alone',
  can: ({ sendFiles, attaches }) => sendFiles !== undefined && !attaches,
  async carryOut({ stage, door, chat, place }) {
    const message = said('owner', '', ['Отчёт за год.txt'])
    await door.sendFiles?.(stage, place, '', message.files)
    return { chat: withSaid(chat, message), happenings: [{ what: 'message', said: message }] }
  },
}

const sendsFiles: Deed = {
  name: 'sends a text with several files',
  can: ({ sendFiles }) => sendFiles !== undefined,
  async carryOut({ stage, door, doorName, chat, place }) {
    const message = said('owner', `Files by ${doorName}`, ['one.txt', 'two.txt'])
    await door.sendFiles?.(stage, place, message.text, message.files)
    const steps: Happening[] = [0, 1, 2].map((count) => ({
      what: count === 0 ? 'message' : 'edit',
      said: { ...message, files: message.files.slice(0, count) },
    }))
    const happenings: Happening[] = door.attaches ? steps : [{ what: 'message', said: message }]
    return { chat: withSaid(chat, message), happenings }
  },
}

const replies: Deed = {
  name: 'replies',
  can: ({ reply }) => reply !== undefined,
  async carryOut({ stage, door, doorName, chat, place }) {
    const text = `A reply by ${doorName}`
    await door.reply?.(stage, place, text)
    return spoken(chat, text)
  },
}

const edits = (name: string, about: NonNullable<Deed['about']>): Deed => ({
  name,
  about,
  can: ({ edit }) => edit !== undefined,
  async carryOut({ stage, door, doorName, chat, place, own }) {
    const text = `Edited by ${doorName}`
    await door.edit?.(stage, place, text)
    const message = { ...at(chat, own), text }
    return { chat: changed(chat, own, () => message), happenings: [{ what: 'edit', said: message }] }
  },
})

const deletes = (name: string, about: NonNullable<Deed['about']>): Deed => ({
  name,
  about,
  can: (door) => door.delete !== undefined,
  async carryOut({ stage, door, chat, place, own }) {
    await door.delete?.(stage, place)
    return {
      chat: changed(chat, own, (former) => ({ ...former, deleted: true })),
      happenings: [{ what: 'deletion', said: at(chat, own) }],
    }
  },
})

const last = (chat: MixedChat) => ({ own: newestOf(chat, 'owner') })
const middle = (chat: MixedChat) => ({ own: newestOf(chat, 'owner', 1) })

const adds: Deed = {
  name: 'adds somebody',
  can: ({ add }) => add !== undefined,
  async carryOut({ stage, door, chat, place }) {
    await door.add?.(stage, place)
    return { chat: { ...chat, members: [...chat.members, 'guest'] }, happenings: [] }
  },
}

const without = (chat: MixedChat, gone: Role): MixedChat => ({
  ...chat,
  members: chat.members.filter((role) => role !== gone),
})

const removes: Deed = {
  name: 'removes somebody',
  can: ({ remove }) => remove !== undefined,
  async carryOut({ stage, door, chat, place }) {
    await door.remove?.(stage, place)
    return { chat: without(chat, 'bystander'), happenings: [] }
  },
}

const leaves: Deed = {
  name: 'leaves',
  actor: 'bystander',
  can: ({ leave }) => leave !== undefined,
  async carryOut({ stage, door, chat, place }) {
    await door.leave?.(stage, place)
    return { chat: without(chat, 'bystander'), happenings: [] }
  },
}

const renames: Deed = {
  name: 'renames it',
  can: ({ rename }) => rename !== undefined,
  async carryOut({ stage, door, doorName, chat, place }) {
    const title = `${chat.title}, renamed by ${doorName}`
    await door.rename?.(stage, place, title)
    return { chat: { ...chat, title }, happenings: [] }
  },
}

const reads = (name: string, actor: 'owner' | 'member'): Deed => ({
  name,
  actor,
  can: ({ read }) => read !== undefined,
  async carryOut({ stage, door, chat, place, theirs }) {
    await door.read?.(stage, place)
    const from = chat.readUpTo[actor] ?? 0
    const happenings = visible(chat)
      .filter(([index, { by }]) => index >= from && index <= theirs && by !== actor)
      .map(([, message]): Happening => ({ what: 'read', said: message, by: actor }))
    const readUpTo = { ...chat.readUpTo, [actor]: Math.max(from, theirs + 1) }
    return { chat: { ...chat, readUpTo }, happenings }
  },
})

const types: Deed = {
  name: 'types',
  can: ({ type }) => type !== undefined,
  async carryOut({ stage, door, chat, place }) {
    await door.type?.(stage, place)
    return { chat, happenings: [{ what: 'typing', by: 'owner' }] }
  },
}

/** That may be done one after the other in the same chat. */
export const repeatable: readonly Deed[] = [
  says,
  sendsFile,
  sendsFiles,
  replies,
  types,
  reads('reads', 'owner'),
  reads('reads elsewhere what the contract shows', 'member'),
  edits('edits the last message', last),
  edits('edits a message in the middle', middle),
  deletes('deletes the last message', last),
  deletes('deletes a message in the middle', middle),
  renames,
]

export const deeds: readonly Deed[] = [...repeatable, saysMuch, adds, removes, leaves]
