// Rooms of equal size, in which everybody may write: what deliveries cost.
import type { Layout, Scenario } from './scenario.ts'

const sendersAtSaturation = 64

/** `rooms` groups of `members` people each; nobody is in two of them. */
export function roomsScenario(rooms: number, members: number): Scenario {
  return {
    name: `${rooms}x${members}`,
    title: `${rooms.toLocaleString('en')} room${rooms === 1 ? '' : 's'} of ${members.toLocaleString('en')} members`,
    senders: Math.min(rooms * members, Math.max(sendersAtSaturation, rooms)),
    until: 'delivered',
    async layOut(contestant): Promise<Layout> {
      const people = await contestant.people(rooms * members)
      const chats = []
      for (let room = 0; room < rooms; room++) {
        const sockets = Array.from({ length: members }, (_, index) => room * members + index)
        const id = await contestant.createGroup(people.slice(room * members, (room + 1) * members))
        chats.push({ id, sockets })
      }
      // One of every room before the second of any, so that few senders spread over all rooms.
      const senders = people.map((_, index) => {
        const chat = index % rooms
        return { chat, socket: chat * members + Math.floor(index / rooms) }
      })
      return { people, chats, senders }
    },
  }
}
