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

/** Whether a message or membership is written over by a statement that is no UPDATE by its name. */
const writesOver = (text: string): boolean =>
  /\b(?:INSERT\s+INTO\s+messages\b[^;`]*?\bDO\s+UPDATE\b|MERGE\s+INTO\s+(?:messages|members)\b)/i.test(text)

/** Programs and functions of the packages, without tests, by name. Migrations that databases have run are what they are. */
async function sourcesOfProject(): Promise<ReadonlyMap<string, string>> {
  const packages = new URL('packages/', source)
  const names = (await readdir(packages, { recursive: true })).filter(
    (name) =>
      /\.(?:ts|tsx|sql|mjs)$/.test(name) &&
      !/node_modules|\.test\.tsx?$|\/migrations\/00(?:0\d|1[01])_/.test(name),
  )
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, packages), 'utf8')))
  return new Map(names.map((name, index) => [name, texts[index] ?? '']))
}

const updatesOfProject = async (): Promise<Update[]> =>
  [...(await sourcesOfProject())].flatMap(([file, text]) => updatesIn(file, text))

describe('S7: the updates of messages and memberships that write a version', () => {
  test('are made in one place', async () => {
    const updates = await updatesOfProject()
    expect(updates.length).toBeGreaterThan(5)
    const versioned = updates.filter((update) => update.table !== 'chats' && mayWriteVersion(update))
    expect(versioned.map(({ file, table }) => `${file}: ${table}`)).toEqual([
      'server/src/storage/object-changes.ts: messages',
      'server/src/storage/object-changes.ts: members',
    ])
  })

  test('are not made by statements of another kind', async () => {
    const writers = [...(await sourcesOfProject())].filter(([, text]) => writesOver(text))
    expect(writers.map(([file]) => file)).toEqual([])
    expect(writesOver('INSERT INTO messages (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET text = 1')).toBe(
      true,
    )
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

test('S7: the columns of a chat itself are changed together with the version of their change', async () => {
  const own = (await updatesOfProject()).filter(
    ({ table, assignments }) =>
      table === 'chats' && /\b(?:title|description|posting|visibility|deleted_at) =|\$\{/.test(assignments),
  )
  expect(own.map(({ file }) => file)).toEqual(
    ['server/src/storage/object-changes.ts', 'server/src/storage/chats.ts'].toSorted(),
  )
  const [update] = own.filter(({ file }) => file.endsWith('chats.ts'))
  expect(update?.assignments).toContain('version = c.version + 1, changed_version = c.version + 1')
  expect(changeMessage('text = $3')).not.toContain('title =')
})
