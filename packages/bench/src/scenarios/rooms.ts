// Rooms of equal size, in which everybody may write: what deliveries cost.
import type { Layout, Scenario } from './scenario.ts'

const sendersAtSaturation = 64

/**
 * With one sender in each of 100 rooms of 10 Socket.IO delivered 38,000 a second and Parley 78,000; with three 40,000 and 152,000; with
 * ten 32,000 and 224,000. Three is where the peer is at its best.
 */
const sendersPerRoom = 3

/** `rooms` groups of `members` people each; nobody is in two of them. */
export function roomsScenario(rooms: number, members: number): Scenario {
  return {
    name: `${rooms}x${members}`,
    title: `${rooms.toLocaleString('en')} room${rooms === 1 ? '' : 's'} of ${members.toLocaleString('en')} members`,
    senders: Math.min(rooms * members, Math.max(sendersAtSaturation, sendersPerRoom * rooms)),
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
