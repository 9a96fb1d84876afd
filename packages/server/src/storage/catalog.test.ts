// What the catalog of a migrated database says: whether chats, with all that belongs to them, could be spread over several databases.
// A new table is judged as soon as it has a column chat_id.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, storageFixture } from './test/fixture.ts'

/** Tables of which every database would have a copy. */
const referenceTables = ['users']

/** Tables that say which chat is meant by another key than its id. They belong to no chat, and nothing refers to or from them. */
const mappingTables: Readonly<Record<string, string>> = {
  chat_numbers: 'the integers by which some doors know chats are counted over all chats',
  message_number_blocks: 'the integers by which some doors know messages are counted over all chats',
  direct_chats: 'a pair of people is found to have a chat, or claimed for a new one',
}

/** Keys that should have chat_id and do not, with the reason. */
const allowedKeys: Readonly<Record<string, string>> = {
  'messages (id)':
    'a message is found by its id alone, and an id is taken once in all chats; a mapping table, or a second index beside a key with ' +
    'chat_id, costs more than a twentieth of a send (docs/adr/0017-a-chats-tables-keep-to-their-chat.md)',
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

interface Catalog {
  /** Those that name a chat, mapping tables too. */
  readonly tables: readonly string[]
  readonly uniqueKeys: readonly Key[]
  readonly references: readonly Reference[]
  /** The table of each. */
  readonly triggers: readonly string[]
  /** `table.column` of what a sequence numbers. */
  readonly numbered: readonly string[]
}

let fixture: Fixture
beforeAll(async () => {
  fixture = await storageFixture()
})
afterAll(() => fixture.end())

const namesOf = (relation: string, numbers: string): string => `
  ARRAY(
    SELECT a.attname::text FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number
    ORDER BY k.place
  )`

async function readCatalog(): Promise<Catalog> {
  const read = async <Row extends object>(sql: string) => (await fixture.pool.query<Row>(sql)).rows
  const tables = await read<{ name: string }>(`
    SELECT c.relname AS name FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND (
      c.relname = 'chats' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'chat_id' AND NOT a.attisdropped))`)
  const uniqueKeys = await read<Key>(`
    SELECT i.indrelid::regclass::text AS table,
      ${namesOf('i.indrelid', '(i.indkey::int2[])[0 : i.indnkeyatts - 1]')} AS columns
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace`)
  const references = await read<Reference>(`
    SELECT f.conrelid::regclass::text AS table, ${namesOf('f.conrelid', 'f.conkey')} AS columns,
      f.confrelid::regclass::text AS target, ${namesOf('f.confrelid', 'f.confkey')} AS target_columns
    FROM pg_constraint f
    WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace`)
  const triggers = await read<{ table: string }>(
    'SELECT tgrelid::regclass::text AS table FROM pg_trigger WHERE NOT tgisinternal',
  )
  const numbered = await read<{ column: string }>(`
    SELECT c.relname || '.' || a.attname AS column
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%')`)
  return {
    tables: tables.map(({ name }) => name),
    uniqueKeys,
    references,
    triggers: triggers.map(({ table }) => table),
    numbered: numbered.map(({ column }) => column),
  }
}

const isMapping = (table: string): boolean => table in mappingTables
/** The column of a table of chats that says which chat. */
const chatColumn = (table: string): string => (table === 'chats' ? 'id' : 'chat_id')

/** What of the tables that belong to a chat is against the rules, in words. */
function violations({ tables, uniqueKeys, references, triggers, numbered }: Catalog): string[] {
  const ofChats = new Set(tables.filter((table) => !isMapping(table)))
  /** Whether a row can refer to nothing but rows of its own chat. */
  const staysInChat = ({ table, columns, target, target_columns }: Reference): boolean =>
    ofChats.has(target) &&
    columns.some(
      (column, index) => column === chatColumn(table) && target_columns[index] === chatColumn(target),
    )
  return [
    ...uniqueKeys
      .filter(({ table, columns }) => ofChats.has(table) && !columns.includes(chatColumn(table)))
      .map(({ table, columns }) => `the key ${table} (${columns.join(', ')}) does not say which chat`),
    ...triggers.filter((table) => ofChats.has(table)).map((table) => `${table} has a trigger`),
    ...references
      .filter((one) => ofChats.has(one.table) && !referenceTables.includes(one.target) && !staysInChat(one))
      .map(({ table, target }) => `${table} refers to ${target}`),
    ...references
      .filter(({ table, target }) => ofChats.has(target) && !ofChats.has(table))
      .map(({ table, target }) => `${table} refers to ${target}`),
    ...references
      .filter(({ table, target }) => isMapping(table) || isMapping(target))
      .map(({ table, target }) => `${table} refers to ${target}`),
    ...numbered
      .filter((column) => ofChats.has(column.split('.')[0] ?? ''))
      .map((column) => `${column} is counted over all chats`),
  ]
}

describe('the tables that belong to a chat', () => {
  test('keep the rules, but for the exceptions that have a reason', async () => {
    const catalog = await readCatalog()
    expect(catalog.tables).toEqual(expect.arrayContaining(['chats', 'members', 'messages', 'read_marks']))
    expect(catalog.references.filter(({ table }) => table === 'members')).toHaveLength(2)
    expect(violations(catalog)).toEqual(
      Object.keys(allowedKeys).map((key) => `the key ${key} does not say which chat`),
    )
  })

  test('have mapping tables beside them, each with a key that does not say which chat', async () => {
    const { tables, uniqueKeys } = await readCatalog()
    for (const name of Object.keys(mappingTables)) {
      expect(tables).toContain(name)
      const strays = uniqueKeys.filter(({ table, columns }) => table === name && !columns.includes('chat_id'))
      expect(strays).toHaveLength(1)
    }
  })

  test('are judged as soon as they are made', async () => {
    const before = violations(await readCatalog())
    await fixture.pool.query(`
      CREATE TABLE pins (
        id bigint GENERATED ALWAYS AS IDENTITY, chat_id uuid NOT NULL REFERENCES chats, file_id uuid REFERENCES files,
        seq bigint, PRIMARY KEY (id), UNIQUE (chat_id, seq), FOREIGN KEY (chat_id, seq) REFERENCES messages
      );
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER pins_noted AFTER INSERT ON pins FOR EACH ROW EXECUTE FUNCTION noted();
      CREATE TABLE reports (message_chat uuid REFERENCES chats)`)
    const found = violations(await readCatalog()).filter((one) => !before.includes(one))
    expect(found.toSorted()).toEqual(
      [
        'pins has a trigger',
        'pins refers to files',
        'pins.id is counted over all chats',
        'reports refers to chats',
        'the key pins (id) does not say which chat',
      ].toSorted(),
    )
  })
})
