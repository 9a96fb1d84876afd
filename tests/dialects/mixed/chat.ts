// A chat of people who come by different doors, and what is known of it: whatever a contract shows of the chat is judged by that.
import type { Id } from '@parley/protocol'
import { type Place, placeOf } from '../../access/dialects/place.ts'
import type { Cast, Stage } from '../../access/stage.ts'

/** `owner` and `member` act, `member` looks, `bystander` is there, and `guest` may come. */
export const roles = ['owner', 'member', 'bystander', 'guest'] as const
export type Role = (typeof roles)[number]

export interface Said {
  readonly by: Role
  readonly text: string
  readonly files: readonly string[]
  readonly deleted?: true
}

/** In the order of their `seq`, which begins with 1. */
export interface MixedChat {
  readonly stage: Stage
  readonly cast: Cast
  readonly chatId: Id
  readonly said: readonly Said[]
  readonly title: string
  readonly members: readonly Role[]
  /** Up to which `seq` each has read. */
  readonly readUpTo: Readonly<Partial<Record<Role, number>>>
}

/** What happened in the chat, as far as a contract may have a frame for it. */
export type Happening =
  | { readonly what: 'message' | 'edit' | 'deletion'; readonly said: Said }
  | { readonly what: 'read'; readonly said: Said; readonly by: Role }
  | { readonly what: 'typing'; readonly by: Role }

export const wasRead = ({ readUpTo }: MixedChat, index: number, { by }: Said): boolean =>
  roles.some((role) => role !== by && (readUpTo[role] ?? 0) > index)

/** What nobody deleted, each with its place. */
export const visible = ({ said }: MixedChat): (readonly [index: number, said: Said])[] =>
  said.map((one, index) => [index, one] as const).filter(([, one]) => one.deleted === undefined)

export const unreadBy = (chat: MixedChat, viewer: Role): number =>
  visible(chat).filter(([index, { by }]) => by !== viewer && index >= (chat.readUpTo[viewer] ?? 0)).length

/** The place of the newest message of that person but `back`. Throws when there is none. */
export function newestOf(chat: MixedChat, by: Role, back = 0): number {
  const [index] =
    visible(chat)
      .filter(([, said]) => said.by === by)
      .at(-1 - back) ?? []
  if (index === undefined) throw new Error(`${by} has not said so much`)
  return index
}

export const said = (by: Role, text: string, files: readonly string[] = []): Said => ({ by, text, files })

/** What was said before anything is done: nothing of it is read. */
const before: readonly Said[] = [
  said('bystander', 'Is anybody here?'),
  said('member', 'I am'),
  said('owner', 'first of three'),
  said('owner', 'second of three'),
  said('owner', 'third of three'),
]

let count = 0

/** A new private group of three. */
export async function mixedChat(stage: Stage, cast: Cast): Promise<MixedChat> {
  count += 1
  const title = `Mixed ${count}`
  const { chat } = await stage.door.ask('createChat', cast.owner.token, {
    body: { kind: 'group', title, member_ids: [cast.member.id, cast.bystander.id] },
  })
  for (const { by, text } of before) {
    const params = { chat_id: chat.id }
    await stage.door.ask('sendMessage', cast[by].token, { params, body: { text } })
  }
  const members = ['owner', 'member', 'bystander'] as const
  return { stage, cast, chatId: chat.id, title, members, said: before, readUpTo: {} }
}

/** The chat as whoever acts sees it: with a message of their own and one of somebody else, by their places. */
export async function placeIn(
  { stage, cast, chatId }: MixedChat,
  role: Role,
  own: number,
  theirs: number,
): Promise<Place> {
  const params = { chat_id: chatId }
  const { items } = await stage.door.ask('listMessages', cast[role].token, { params, query: { limit: 100 } })
  const idOf = (index: number): Id => {
    const id = items.find(({ seq }) => seq === index + 1)?.id
    if (id === undefined) throw new Error(`There is no message at ${index}`)
    return id
  }
  const messages = { owner: idOf(own), bystander: idOf(theirs) }
  const people = { ...cast, owner: cast[role] }
  return placeOf(stage.server, { kind: 'private', cast: people, chatId, messages }, 'owner')
}
