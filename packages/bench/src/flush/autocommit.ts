// What a PostgreSQL does with a transaction for each row: the measure of what gathering brings.
import type { Client } from 'pg'

/** Rows per second of so many connections, each of which inserts the next row when the last one is durable. */
export async function measureAutocommit(
  connect: () => Promise<Client>,
  connections: number,
  text: string,
  seconds: number,
): Promise<number> {
  const clients = await Promise.all(Array.from({ length: connections }, connect))
  const [first] = clients
  try {
    await first?.query(
      'CREATE TABLE IF NOT EXISTS autocommit_rows (id uuid PRIMARY KEY, chat_id uuid NOT NULL, text text NOT NULL)',
    )
    const begin = performance.now()
    const end = begin + seconds * 1000
    let rows = 0
    const insertRows = async (client: Client): Promise<void> => {
      const insert = {
        name: 'autocommit',
        text: 'INSERT INTO autocommit_rows VALUES (uuidv7(), $1, $2)',
        values: ['0199aaaa-0000-7000-8000-000000000001', text],
      }
      while (performance.now() < end) {
        await client.query(insert)
        rows += 1
      }
    }
    await Promise.all(clients.map(insertRows))
    return rows / ((performance.now() - begin) / 1000)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}
