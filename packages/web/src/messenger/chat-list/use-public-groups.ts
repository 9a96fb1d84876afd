// Searches public groups while a person types.
import { type Chat, limits } from '@parley/protocol'
import { useClient } from '../../client/client-context.tsx'
import { type Search, useSearchAsYouType } from '../../client/use-search-as-you-type.ts'

const foundAtMost = 20

export function usePublicGroups(query: string): Search<Chat> {
  const client = useClient()
  return useSearchAsYouType(query, limits.titleMax, async (wanted) => {
    const answer = await client.call('listPublicChats', { query: { query: wanted, limit: foundAtMost } })
    return answer.items
  })
}
