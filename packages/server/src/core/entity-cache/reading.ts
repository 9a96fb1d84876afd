// What an answer is made from: the stores, and who and what it names. Either of them outside of any transaction, with the cache, or both within one.
import type { Storage, Stores } from '../ports.ts'
import { type EntityCache, Facts } from './entity-cache.ts'
import { Found } from './entity-memory.ts'
import { blockIds, FoundNumbers, readBlocks } from './message-numbers.ts'

export interface Reading {
  readonly ports: { readonly storage: Pick<Storage, 'stores'> }
  readonly entities: Pick<EntityCache, 'lookUp'>
}

/** Within a transaction, which alone sees what it changes: nothing is remembered. One question after the other. */
export const readingWithin = (stores: Stores): Reading => ({
  ports: { storage: { stores } },
  entities: {
    async lookUp({ people = [], chats = [], messages = [] }) {
      const [userIds, chatIds, blocks] = [[...new Set(people)], [...new Set(chats)], [...blockIds(messages)]]
      const foundPeople = userIds.length === 0 ? [] : await stores.people.people(userIds)
      const foundChats = chatIds.length === 0 ? [] : await stores.chatFacts.byIds(chatIds)
      const foundBlocks = blocks.length === 0 ? [] : await readBlocks(stores.messageNumbers, blocks)
      const numbers = new FoundNumbers(new Found(foundBlocks))
      return new Facts(new Found(foundPeople), new Found(foundChats), numbers)
    },
  },
})
