// The table of messages of the peers that write rows one by one, and how they write them.
import type { QueryConfig } from 'pg'

export const createTable = `
  CREATE TABLE IF NOT EXISTS messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room text NOT NULL,
    sender text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS messages_of_room ON messages (room, id)`

/** Commits by itself. Returns `id` and `created_at`. */
export const insertMessage = (room: string, sender: string, text: string): QueryConfig => ({
  // With a name the database parses and plans it once per connection.
  name: 'insert-message',
  text: 'INSERT INTO messages (room, sender, text) VALUES ($1, $2, $3) RETURNING id, created_at',
  values: [room, sender, text],
})
