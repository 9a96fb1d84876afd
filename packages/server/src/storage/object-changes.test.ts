// A change of a message or a membership is written in one place, with a version and the mark by which sync finds it.
import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { changeMember, changeMessage, insertMember } from './object-changes.ts'

const source = new URL('../../../../', import.meta.url)

interface Update {
  readonly file: string
  readonly table: string
  /** Between SET and what follows the assignments. */
  readonly assignments: string
}

/** The statements of the text that update one of the tables; what they assign ends at the next clause or at the end of the text. */
function updatesIn(file: string, text: string): Update[] {
  const updates = text.matchAll(
    /\bUPDATE\s+(?:ONLY\s+)?(?:public\.)?"?(messages|members|chats)"?\b[^;]*?\bSET\b(.*?)(?:\bFROM\b|\bWHERE\b|\bRETURNING\b|;|`|'\s*$|$(?![\s\S]))/gims,
  )
  return [...updates].map(([, table = '', assignments = '']) => ({
    file,
    table: table.toLowerCase(),
    assignments,
  }))
}

/** Whether a version may be among what is assigned: by name, or put there by the program. */
const mayWriteVersion = ({ assignments }: Update): boolean => /\bversion\b|\$\{/i.test(assignments)

/** Of the packages' sources: programs and functions, without tests. Migrations that databases have run are what they are. */
async function updatesOfProject(): Promise<Update[]> {
  const packages = new URL('packages/', source)
  const names = (await readdir(packages, { recursive: true })).filter(
    (name) =>
      /\.(?:ts|tsx|sql|mjs)$/.test(name) &&
      !/node_modules|\.test\.tsx?$|\/migrations\/00(?:0\d|1[01])_/.test(name),
  )
  const found = await Promise.all(
    names.map(async (name) => updatesIn(name, await readFile(new URL(name, packages), 'utf8'))),
  )
  return found.flat()
}

describe('the updates of messages and memberships that write a version', () => {
  test('are made in one place', async () => {
    const updates = await updatesOfProject()
    expect(updates.length).toBeGreaterThan(5)
    const versioned = updates.filter((update) => update.table !== 'chats' && mayWriteVersion(update))
    expect(versioned.map(({ file, table }) => `${file}: ${table}`)).toEqual([
      'server/src/storage/object-changes.ts: messages',
      'server/src/storage/object-changes.ts: members',
    ])
  })

  test('are recognised however they are written', () => {
    const written = [
      'UPDATE messages SET text = $1, version = $2 WHERE id = $3',
      'update  messages m\n  set version = m.version + 1\n  from chat',
      `text: 'UPDATE members SET role = $1, version = 7'`,
      'text: `UPDATE messages SET ${' + 'given} WHERE id = $1`',
    ]
    for (const text of written) expect(updatesIn('x', text).filter(mayWriteVersion)).toHaveLength(1)
    expect(
      updatesIn('x', 'UPDATE messages SET file_count = 1 WHERE version = 2; SELECT version').filter(
        mayWriteVersion,
      ),
    ).toEqual([])
  })

  test('take the next version of the chat and, of messages, leave the mark', () => {
    for (const text of [changeMessage('text = $3'), changeMember('role = $3', '0'), insertMember])
      expect(text).toContain('UPDATE chats c SET version = c.version + 1')
    const [update] = updatesIn('', changeMessage('text = $3')).filter(({ table }) => table === 'messages')
    expect(update?.assignments).toMatch(/version = chat\.version, changed = true\s*$/)
  })
})
