// Which connections want to know about whose presence. Books only: who may watch whom is decided by the core.
import type { Id } from '@parley/protocol'
import type { Connection } from './connection.ts'

export class Watchers {
  private readonly byPerson = new Map<Id, Set<Connection>>()
  private readonly byConnection = new Map<Connection, Set<Id>>()

  of(userId: Id): ReadonlySet<Connection> {
    return this.byPerson.get(userId) ?? nobody
  }

  watchedBy(connection: Connection): ReadonlySet<Id> {
    return this.byConnection.get(connection) ?? noOne
  }

  /** Replaces the connection's list. */
  replace(connection: Connection, userIds: readonly Id[]): void {
    this.clear(connection)
    if (userIds.length === 0) return
    this.byConnection.set(connection, new Set(userIds))
    for (const userId of userIds) {
      const watching = this.byPerson.get(userId)
      if (watching === undefined) this.byPerson.set(userId, new Set([connection]))
      else watching.add(connection)
    }
  }

  drop(connection: Connection, userId: Id): void {
    this.byConnection.get(connection)?.delete(userId)
    const watching = this.byPerson.get(userId)
    if (watching?.delete(connection) && watching.size === 0) this.byPerson.delete(userId)
  }

  clear(connection: Connection): void {
    for (const userId of this.watchedBy(connection)) this.drop(connection, userId)
    this.byConnection.delete(connection)
  }
}

const nobody: ReadonlySet<Connection> = new Set()
const noOne: ReadonlySet<Id> = new Set()
