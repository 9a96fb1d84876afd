// Direct chats, nobody in two of them: what a message costs that has one reader.
import type { Layout, Scenario } from './scenario.ts'

/** Both people of each of `chats` direct chats may write; the chats take turns. */
export function directsScenario(chats: number): Scenario {
  return {
    name: 'directs',
    title: `${chats.toLocaleString('en')} direct chats`,
    senders: Math.min(chats, 128),
    until: 'delivered',
    async layOut(contestant): Promise<Layout> {
      const people = await contestant.people(2 * chats)
      const planned = []
      for (let chat = 0; chat < chats; chat++) {
        const [one, other] = people.slice(2 * chat, 2 * chat + 2)
        if (one === undefined || other === undefined) throw new Error('A direct chat needs two people')
        planned.push({ id: await contestant.createDirect(one, other), sockets: [2 * chat, 2 * chat + 1] })
      }
      // One of every chat before the other of any, so that few senders spread over many chats.
      const senders = people.map((_, index) => {
        const chat = index % chats
        return { chat, socket: 2 * chat + Math.floor(index / chats) }
      })
      return { people, chats: planned, senders }
    },
  }
}
