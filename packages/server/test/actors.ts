// People for tests of commands: accounts on the real server, and the actors that commands are called with.
import { randomUUID } from 'node:crypto'
import { createAccount } from '../src/core/accounts/create-account.ts'
import type { Actor } from '../src/core/actor.ts'
import { createGroup } from '../src/core/chats/create-group.ts'
import { addMembers } from '../src/core/members/add-members.ts'
import type { TestServer } from './harness.ts'

const client = { ip: '127.0.0.1', userAgent: 'a test' }

/** A new account for each name, which must be free. */
export async function actorsIn<const Names extends readonly string[]>(
  { app }: TestServer,
  ...names: Names
): Promise<{ readonly [Index in keyof Names]: Actor }> {
  const actors = names.map(async (username): Promise<Actor> => {
    const me = await createAccount(app.ports, { username, password: 'correct horse battery' }, client)
    return { userId: me.id, sessionId: randomUUID() }
  })
  return (await Promise.all(actors)) as unknown as { readonly [Index in keyof Names]: Actor }
}

/** The id of a new private group of the first, with the others as members who joined in that order. */
export async function groupOf(
  { app }: TestServer,
  owner: Actor,
  ...others: readonly Actor[]
): Promise<string> {
  const group = { title: 'A group', member_ids: [] }
  const { chat } = await createGroup(app.ports, owner, group)
  for (const { userId } of others) await addMembers(app.ports, owner, chat.id, [userId])
  return chat.id
}
