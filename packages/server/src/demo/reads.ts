// How far everyone has read: most people to the end, some not yet, a few hardly ever.
import { type DemoChat, type DemoMessage, type DemoRead, peopleOf } from './demo-world.ts'
import type { Random } from './random.ts'

/** The position up to which a person has read; what one wrote oneself is always behind the cursor. */
const readUpTo = (senders: readonly string[], username: string, unread: number): number =>
  Math.max(senders.lastIndexOf(username), senders.length - 1 - unread)

/** How many of the last messages a person has not seen: none, a handful, or, in large groups, a great many. */
const pickUnread = (people: number, total: number, random: Random): number => {
  if (random.chance(people > 8 ? 0.45 : people > 2 ? 0.6 : 0.35)) return 0
  if (people > 8 && random.chance(0.2)) return random.int(Math.floor(total / 4), total)
  return random.int(1, 9)
}

/** Cursors for everyone in every chat. A person who has read nothing in a chat has none there. */
export const leaveUnread = (
  chats: readonly DemoChat[],
  messages: readonly DemoMessage[],
  random: Random,
): DemoRead[] =>
  chats.flatMap((chat, index) => {
    const own = messages.flatMap((message, position) =>
      message.chat === index ? [{ message, position }] : [],
    )
    const senders = own.map(({ message }) => message.sender)
    const people = peopleOf(chat)
    return people.flatMap((username) => {
      const unread = people.length === 1 ? 0 : pickUnread(people.length, own.length, random)
      const upTo = own[readUpTo(senders, username, unread)]
      return upTo === undefined ? [] : [{ chat: index, username, upTo: upTo.position }]
    })
  })
