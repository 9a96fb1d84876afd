// Searches people while a person types.
import { limits, type User } from '@parley/protocol'
import { useClient } from '../client/client-context.tsx'
import { type Search, useSearchAsYouType } from '../client/use-search-as-you-type.ts'

const foundAtMost = 20

/** People whose name or username begins with the query, or whose email it is. */
export function usePeopleSearch(query: string): Search<User> {
  const client = useClient()
  return useSearchAsYouType(query, limits.emailMax, async (wanted) => {
    const answer = await client.call('listUsers', { query: { query: wanted, limit: foundAtMost } })
    return answer.items
  })
}
