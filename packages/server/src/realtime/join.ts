// How a connection comes to follow its person's chats without missing a change: it subscribes first and reads afterwards. What is
// published in between is held, and written after the first frame; objects merge by version, so hearing twice does no harm.
import { type Id, limits } from '@parley/protocol'
import type { Actor } from '../core/actor.ts'
import { AppError } from '../core/errors.ts'
import type { Semaphore } from '../core/semaphore.ts'
import type { Connection } from './connection.ts'
import type { Hub } from './hub.ts'

/** A chat to be followed; clients learn of everything up to that version otherwise. */
interface FollowedChat {
  readonly chat_id: Id
  readonly chat_version: number
}

export interface JoinPorts {
  readonly hub: Hub
  /** So that a thousand clients that come back at once leave room for those who send. */
  readonly semaphore: Semaphore
  /** All chats that the person is in, and their versions. */
  readonly chatsOf: (userId: Id) => Promise<readonly FollowedChat[]>
}

/**
 * Makes the connection the person's and live. `greet` reads what the client has to know at first, after everything published
 * from then on is sure to be held, and gives the text of the first frame (null for none). It must make sure that the session
 * still is not revoked. Resolves quietly when the connection closes meanwhile. Throws `rate_limited` when the person has
 * too many sockets, and what `greet` and storage throw; the caller then ends the connection.
 */
export async function join(
  ports: JoinPorts,
  connection: Connection,
  actor: Actor,
  greet: () => Promise<string | null>,
): Promise<void> {
  const { hub } = ports
  if (hub.users.of(actor.userId).size >= limits.socketsPerUser) {
    throw new AppError('rate_limited', {
      detail: `An account may have ${limits.socketsPerUser} sockets`,
      limit: limits.socketsPerUser,
    })
  }
  connection.enter(actor)
  if (connection.state.kind !== 'joining') return
  const told = hub.users.add(actor.userId, connection)
  await ports.semaphore.run(async () => {
    await told
    if (isOver(connection)) return
    await hub.whileJoining(async () => {
      const chats = await ports.chatsOf(actor.userId)
      if (!isOver(connection)) await followAll(hub, connection, chats)
    })
    if (isOver(connection)) return
    const first = await greet()
    if (isOver(connection)) return
    connection.goLive(first)
  })
}

const isOver = (connection: Connection): boolean => connection.state.kind === 'closed'

/** Resolves when events of all of them are certain to arrive. Chats that changed hands since they were read stay as the events said. */
async function followAll(hub: Hub, connection: Connection, chats: readonly FollowedChat[]): Promise<void> {
  const awaited: Promise<void>[] = []
  for (const { chat_id: chatId, chat_version: version } of chats) {
    const interest = hub.follow(connection, chatId, 0, version)
    if (interest !== null) awaited.push(interest)
  }
  await Promise.all(awaited)
}
