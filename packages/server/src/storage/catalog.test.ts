// What the catalog of a migrated database says: whether chats, with all that belongs to them, could be spread over several databases.
// A new table is judged as soon as it has a column chat_id.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, storageFixture } from './test/fixture.ts'

/** Tables of which every database would have a copy. */
const referenceTables = ['users']

/** Tables that say which chat is meant by another key than its id. They belong to no chat, and nothing refers to or from them. */
const mappingTables: Readonly<Record<string, string>> = {
  chat_numbers: 'the integers by which some doors know chats are counted over all chats',
  direct_chats: 'a pair of people is found to have a chat, or claimed for a new one',
}

/** Keys that should have chat_id and do not, with the reason. */
const allowedKeys: Readonly<Record<string, string>> = {
  'messages (id)':
    'a message is found by its id alone, and an id is taken once in all chats; a mapping table, or a second index beside a key with ' +
    'chat_id, costs more than a twentieth of a send (docs/adr/0015-what-belongs-to-a-chat.md)',
}

interface Key {
  readonly table: string
  readonly columns: readonly string[]
}

interface Reference {
  readonly table: string
  readonly columns: readonly string[]
  readonly target: string
  readonly target_columns: readonly string[]
}

let fixture: Fixture
let tables: readonly string[]
let keys: readonly Key[]
let references: readonly Reference[]
let triggers: readonly string[]
let counted: readonly string[]

const names = (relation: string, numbers: string): string => `
  ARRAY(
    SELECT a.attname::text FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number
    ORDER BY k.place
  )`

beforeAll(async () => {
  fixture = await storageFixture()
  const read = async <Row extends object>(sql: string) => (await fixture.pool.query<Row>(sql)).rows
  tables = (
    await read<{ name: string }>(`
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (
        c.relname = 'chats' OR EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'chat_id' AND NOT a.attisdropped))
      ORDER BY 1`)
  ).map(({ name }) => name)
  keys = await read<Key>(`
    SELECT i.indrelid::regclass::text AS table,
      ${names('i.indrelid', '(i.indkey::int2[])[0 : i.indnkeyatts - 1]')} AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2`)
  references = await read<Reference>(`
    SELECT f.conrelid::regclass::text AS table, ${names('f.conrelid', 'f.conkey')} AS columns,
      f.confrelid::regclass::text AS target, ${names('f.confrelid', 'f.confkey')} AS target_columns
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace`)
  triggers = (
    await read<{ table: string }>(
      'SELECT tgrelid::regclass::text AS table FROM pg_trigger WHERE NOT tgisinternal',
    )
  ).map(({ table }) => table)
  counted = (
    await read<{ column: string }>(`
      SELECT a.attrelid::regclass || '.' || a.attname AS column
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
        AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%')`)
  ).map(({ column }) => column)
})
afterAll(() => fixture.end())

const ofChats = () => tables.filter((table) => !(table in mappingTables))
/** The column of a table of chats that says which chat. */
const chatColumn = (table: string): string => (table === 'chats' ? 'id' : 'chat_id')
const describeKey = ({ table, columns }: Key): string => `${table} (${columns.join(', ')})`

/** Keys of tables of chats that do not say which chat. */
const strayKeys = () =>
  keys
    .filter(({ table, columns }) => ofChats().includes(table) && !columns.includes(chatColumn(table)))
    .map(describeKey)

/** Whether a row can refer to nothing but rows of its own chat. */
const staysInChat = ({ table, columns, target, target_columns }: Reference): boolean =>
  ofChats().includes(target) &&
  columns.some(
    (column, index) => column === chatColumn(table) && target_columns[index] === chatColumn(target),
  )

describe('a table that belongs to a chat', () => {
  test('is known as one', () => {
    expect(ofChats()).toEqual(expect.arrayContaining(['chats', 'members', 'messages', 'read_marks']))
  })

  test('has the chat in each of its unique keys', () => {
    expect(strayKeys()).toEqual(Object.keys(allowedKeys))
  })

  test('has no trigger', () => {
    expect(triggers.filter((table) => tables.includes(table))).toEqual([])
  })

  test('refers to nothing but its own chat and tables of which every database has a copy', () => {
    const astray = references.filter(
      (reference) =>
        ofChats().includes(reference.table) &&
        !referenceTables.includes(reference.target) &&
        !staysInChat(reference),
    )
    expect(astray).toEqual([])
    expect(references.filter(({ table }) => table === 'members')).toHaveLength(2)
  })

  test('is referred to by no other', () => {
    expect(
      references.filter(({ table, target }) => tables.includes(target) && !ofChats().includes(table)),
    ).toEqual([])
  })

  test('counts nothing over all chats', () => {
    expect(counted.filter((column) => ofChats().includes(column.split('.')[0] ?? ''))).toEqual([])
    expect(counted).toContain('chat_numbers.number')
  })
})

test('a mapping table is there, has a key without the chat, and refers to nothing', () => {
  for (const name of Object.keys(mappingTables)) {
    expect(tables).toContain(name)
    expect(keys.some(({ table, columns }) => table === name && !columns.includes('chat_id'))).toBe(true)
    expect(references.filter(({ table, target }) => table === name || target === name)).toEqual([])
  }
})
