// Lists of chats of contracts that know no pages: all of a person's chats, read, paid for and sent page by page, however many they are.
import type { Actor } from '../../core/actor.ts'
import { type FullChat, listFullChats } from '../../core/chats/list-full-chats.ts'
import { afford, type Payer } from '../../core/payers.ts'
import type { DialectContext } from './context.ts'
import type { DialectAnswer, DialectCall } from './route.ts'

/** What a chat costs in a list, and each of its members that is shown. */
const chatCost = 0.1
const memberCost = 0.01
/** What has been paid before it is known how long the list is: by calls and frames alike (costs.ts). */
const paidBefore = 4

/** The pages of a list, each paid for when it has been taken: whoever has many chats waits for the later ones, and is never refused them. */
export async function* paidPages<Chat>(
  payer: Payer,
  pages: AsyncIterable<readonly Chat[]>,
  membersOf: (chat: Chat) => number = () => 0,
): AsyncGenerator<readonly Chat[], void> {
  let owed = -paidBefore
  for await (const page of pages) {
    yield page
    owed += page.reduce((sum, chat) => sum + chatCost + memberCost * membersOf(chat), 0)
    if (owed <= 0) continue
    await afford(payer, owed)
    owed = 0
  }
}

/** The answer that lists all chats of the caller, in the shape of the contract. What fails after the first page breaks the connection. */
export async function allChats(
  context: DialectContext,
  { actor, request }: Pick<DialectCall<unknown, unknown, unknown>, 'actor' | 'request'>,
  show: (context: DialectContext, actor: Actor, chats: readonly FullChat[]) => Promise<readonly unknown[]>,
): Promise<DialectAnswer> {
  const { charges } = request.server
  const list = listFullChats(context.ports, actor)
  const pages = paidPages(charges.payerOf(request), list, ({ members }) => members.length)
  const next = async (): Promise<string | null> => {
    const { value: chats } = await pages.next()
    return chats === undefined ? null : JSON.stringify(await show(context, actor, chats)).slice(1, -1)
  }
  const first = await next()
  async function* pieces(): AsyncGenerator<string, void> {
    let before = '['
    for (let page = first; page !== null; page = await charges.run(request, next)) {
      // Whoever is in none of its chats any more is shown nothing of a page.
      if (page === '') continue
      yield before + page
      before = ','
    }
    yield before === '[' ? '[]' : ']'
  }
  return { status: 200, pieces: pieces() }
}
