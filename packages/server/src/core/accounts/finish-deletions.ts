// Takes deleted people out of their groups, also those whose server died while it did so.
import type { Id } from '@parley/protocol'
import { markDeleted } from '../chats/delete-chat.ts'
import { AppError } from '../errors.ts'
import { removeMember } from '../members/remove-member.ts'
import type { Clock, Log } from '../ports.ts'
import { type CommitPorts, commit } from '../transaction.ts'

export interface FinishPorts extends CommitPorts {
  readonly clock: Clock
  readonly log: Log
}

/**
 * Every deletion does this, and every start of a server. Never throws: where it fails, that is logged and the next one tries again.
 * Several nodes may do it at once.
 */
export async function finishDeletions(ports: FinishPorts): Promise<void> {
  try {
    await departAll(ports)
  } catch (error) {
    ports.log.error({ err: error }, 'it is not known which deleted people have still to leave groups')
  }
}

async function departAll(ports: FinishPorts): Promise<void> {
  for (const userId of await ports.storage.stores.accounts.departing()) {
    try {
      await depart(ports, userId)
    } catch (error) {
      ports.log.error({ err: error, userId }, 'a deleted person has still to leave groups')
    }
  }
}

/** Direct chats stay for the other person; saved messages are nobody else's and go. */
async function depart(ports: FinishPorts, userId: Id): Promise<void> {
  const { accounts, chats } = ports.storage.stores
  for (const chatId of await chats.idsOf(userId)) {
    const chat = await chats.find(chatId)
    if (chat?.kind === 'group') await leave(ports, chatId, userId)
    if (chat?.direct_user_ids?.length === 1) await discard(ports, chatId)
  }
  await accounts.noteDeparted(userId)
}

async function leave(ports: FinishPorts, chatId: Id, userId: Id): Promise<void> {
  try {
    await removeMember(ports, { userId }, chatId, userId)
  } catch (error) {
    // Removed, or the group deleted, since it was looked up.
    if (!(error instanceof AppError && error.code === 'not_found')) throw error
  }
}

async function discard(ports: FinishPorts, chatId: Id): Promise<void> {
  await commit(ports, async (stores, emit) => {
    if ((await stores.chats.lock(chatId)) !== null) {
      emit(await markDeleted(stores, chatId, ports.clock.now()))
    }
  })
}
