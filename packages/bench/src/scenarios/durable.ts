// Many senders, one receiver: what writing a message costs when there is next to nothing to deliver.
import type { Layout, Scenario } from './scenario.ts'

/** Every sender writes in a direct chat with the same person, and writes again once the message is durable. */
export const createDurableScenario = (senders: number): Scenario => ({
  name: 'durable',
  title: `${senders} senders in direct chats with one receiver`,
  senders,
  until: 'acked',
  async layOut(contestant): Promise<Layout> {
    const people = await contestant.people(senders + 1)
    const [receiver, ...others] = people
    if (receiver === undefined) throw new Error('The scenario needs a receiver')
    const chats = []
    for (const [index, sender] of others.entries()) {
      chats.push({ id: await contestant.createDirect(sender, receiver), sockets: [0, index + 1] })
    }
    return { people, chats, senders: others.map((_, chat) => ({ chat, socket: chat + 1 })) }
  },
})

/** So many that more bring nothing. */
export const durableScenario: Scenario = createDurableScenario(128)
