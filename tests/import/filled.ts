// A database of another program that was filled by chance, and what of it is in a Parley afterwards.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type pg from 'pg'
import type { SourceName } from '../../packages/server/src/storage/sources/source-names.ts'
import { generateChatApplication } from './generate-chat-application.ts'
import { generateChatBackend } from './generate-chat-backend.ts'
import { type Generated, readGenerated } from './generated.ts'
import { fillDatabase } from './program.ts'
import { programs } from './programs.ts'
import { readTaken, takenOf } from './taken.ts'
import type { WorldSize } from './world.ts'

export interface Filled {
  /** Of somebody whose password is `worldPassword`. */
  readonly email: string
  /** The program's folder of files. */
  readonly media?: string
  /** A line for each part that is not the same, with what was made and what is there. */
  differences(pool: pg.Pool, filesFolder: string): Promise<string[]>
}

/** `folder` is for the files of a program that has some. */
export async function fill(
  from: SourceName,
  connection: pg.ClientConfig,
  size: WorldSize,
  folder: string,
): Promise<Filled> {
  switch (from) {
    case 'chat-application':
      return ofGenerated(await generateChatApplication(connection, size))
    case 'chat-backend': {
      const media = join(folder, 'media')
      return { ...ofGenerated(await generateChatBackend(connection, media, size)), media }
    }
    default: {
      const world = await fillDatabase(programs[from], connection, size)
      return {
        email: world.people[0]?.email ?? '',
        differences: async (pool) => compared(takenOf(world), await readTaken(pool)),
      }
    }
  }
}

const ofGenerated = (generated: Generated): Filled => ({
  email: generated.people[0] ?? '',
  differences: async (pool, filesFolder) => compared(generated, await readGenerated(pool, filesFolder)),
})

interface Parts {
  readonly people: readonly string[]
  readonly chats: readonly object[]
}

function compared(expected: Parts, actual: Parts): string[] {
  const lines: string[] = []
  const compare = (what: string, ours: unknown, theirs: unknown) => {
    if (isDeepStrictEqual(ours, theirs)) return
    if (!Array.isArray(ours) || !Array.isArray(theirs))
      return void lines.push(`${what}: ${JSON.stringify(ours)} became ${JSON.stringify(theirs)}`)
    const at = ours.findIndex((one, index) => !isDeepStrictEqual(one, theirs[index]))
    const place = at < 0 ? ours.length : at
    lines.push(
      `${what} (${ours.length}, here ${theirs.length}), the first at ${place}: ${JSON.stringify(ours[place])} became ${JSON.stringify(theirs[place])}`,
    )
  }
  compare('people', expected.people, actual.people)
  compare('chats', expected.chats.length, actual.chats.length)
  for (const [index, chat] of expected.chats.entries())
    for (const [name, part] of Object.entries(chat))
      compare(
        `${name} of chat ${index}`,
        part,
        Object.entries(actual.chats[index] ?? {}).find(([key]) => key === name)?.[1],
      )
  return lines
}
