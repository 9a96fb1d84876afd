// A database as windi-messenger keeps it.
import { randomUUID } from 'node:crypto'
import type { Program } from './program.ts'
import { insertRows, preciseTimes } from './rows.ts'
import { worldHash } from './world.ts'

export const windiMessenger: Program = {
  name: 'windi-messenger',
  traits: {
    ids: 'uuid',
    usernames: false,
    accountTimes: true,
    joinTimes: true,
    readTimes: true,
    groups: { titles: 'all', creators: true, maybeLeft: true },
    channels: false,
    severalDirect: false,
  },
  tables: `
  CREATE TYPE chattype AS ENUM ('PERSONAL', 'GROUP');
  CREATE TABLE users (
    id uuid PRIMARY KEY, name varchar NOT NULL, email varchar(255) NOT NULL UNIQUE, hashed_password varchar(200) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE groups (
    id uuid PRIMARY KEY, title varchar NOT NULL, creator_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE chats (
    id uuid PRIMARY KEY, name varchar(100) NOT NULL, type chattype NOT NULL, group_id uuid UNIQUE REFERENCES groups ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE chat_members (
    chat_id uuid NOT NULL REFERENCES chats ON DELETE CASCADE, user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    joined_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (chat_id, user_id)
  );
  CREATE TABLE messages (
    id uuid PRIMARY KEY, chat_id uuid NOT NULL REFERENCES chats ON DELETE CASCADE,
    sender_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, text varchar(4096) NOT NULL, idempotency_key varchar(64),
    created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_sender_idempotency_key UNIQUE (sender_id, idempotency_key)
  );
  CREATE INDEX ix_messages_chat_created ON messages (chat_id, created_at);
  CREATE TABLE message_read_states (
    id uuid PRIMARY KEY, message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, read_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT uq_message_read_state UNIQUE (message_id, user_id)
  )`,
  async writePeople(client, { people, chats }) {
    await insertRows(
      client,
      'users (id, name, email, hashed_password, created_at)',
      people.map(({ id, name, email, createdAt }) => [id, name, email, worldHash, createdAt]),
    )
    const groups = chats.filter(({ kind }) => kind === 'group')
    await insertRows(
      client,
      'groups (id, title, creator_id)',
      groups.map(({ ids: [id], title, creator }) => [id, title, creator?.id]),
    )
    await insertRows(
      client,
      'chats (id, name, type, group_id, created_at)',
      chats.map(({ ids: [id], title, kind, createdAt }) =>
        kind === 'direct' ? [id, title, 'PERSONAL', null, createdAt] : [id, title, 'GROUP', id, createdAt],
      ),
    )
    await insertRows(
      client,
      'chat_members (chat_id, user_id, joined_at)',
      chats.flatMap(({ ids: [id], members }) =>
        members.filter(({ isGone }) => !isGone).map(({ person, joinedAt }) => [id, person.id, joinedAt]),
      ),
    )
  },
  async writeMessages(client, { messages }) {
    const times = preciseTimes(messages)
    await insertRows(
      client,
      'messages (id, chat_id, sender_id, text, idempotency_key, created_at)',
      messages.map((message) => {
        const { id, chatId, sender, text } = message
        return [id, chatId, sender.id, text, id, times.get(message)]
      }),
    )
    await insertRows(
      client,
      'message_read_states (id, message_id, user_id, read_at)',
      messages.flatMap(({ id, reads, sender, at }) =>
        [...reads, [sender, at] as const].map(([person, readAt]) => [randomUUID(), id, person.id, readAt]),
      ),
    )
  },
}
