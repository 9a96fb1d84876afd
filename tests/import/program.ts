// What the tests of an import need to know of a program: how it keeps a world.
import pg from 'pg'
import { foreignTables } from '../../packages/server/test/foreign-tables.ts'
import type { ProgramName } from './programs.ts'
import { createWorld, type Traits, type World, type WorldChat, type WorldSize } from './world.ts'

export interface Program {
  readonly name: ProgramName
  readonly traits: Traits
  /** The world but for its messages; everybody's password is `worldHash`. */
  writePeople(client: pg.Client, world: World): Promise<void>
  /** With who read them. Of a chat that is there. */
  writeMessages(client: pg.Client, chat: WorldChat): Promise<void>
}

/** A world as the program may keep it, written into an empty database. */
export async function fillDatabase(
  { name, traits, writePeople, writeMessages }: Program,
  connection: pg.ClientConfig,
  size: WorldSize,
): Promise<World> {
  const world = createWorld(traits, size)
  await inDatabase(connection, async (client) => {
    await client.query(foreignTables[name])
    await writePeople(client, world)
    for (const chat of world.chats) await writeMessages(client, chat)
  })
  return world
}

export async function inDatabase<T>(
  connection: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
