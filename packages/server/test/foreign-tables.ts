// The tables that the other programs make.
import type { ForeignProgram } from '../src/storage/sources/recognise.ts'

export const foreignTables: Readonly<Record<ForeignProgram, string>> = {
  'chat-application': `
    CREATE TYPE chattype AS ENUM ('PRIVATE', 'GROUP');
    CREATE TABLE users (id serial PRIMARY KEY, username varchar UNIQUE, email varchar UNIQUE, hashed_password varchar, created_at timestamp);
    CREATE TABLE chats (id serial PRIMARY KEY, name varchar, type chattype, created_at timestamp);
    CREATE TABLE messages (
      id serial PRIMARY KEY, chat_id int REFERENCES chats, sender_id int REFERENCES users, text varchar, timestamp timestamp, is_read boolean
    );
    CREATE TABLE groups (
      id serial PRIMARY KEY, chat_id int UNIQUE REFERENCES chats, creator_id int REFERENCES users, name varchar, created_at timestamp
    );
    CREATE TABLE group_members (group_id int REFERENCES groups ON DELETE CASCADE, user_id int REFERENCES users ON DELETE CASCADE);
    -- Times are UTC wherever the database is.
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Asia/Tokyo'); END $$`,
  'messenger-api': `
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    CREATE TABLE chats (id serial PRIMARY KEY, name varchar, is_group boolean, created_at timestamptz);
    CREATE INDEX ix_chats_id ON chats (id);
    CREATE TABLE users (
      id serial PRIMARY KEY, email varchar NOT NULL, username varchar NOT NULL, hashed_password varchar NOT NULL, is_active boolean,
      created_at timestamptz
    );
    CREATE UNIQUE INDEX ix_users_email ON users (email);
    CREATE INDEX ix_users_id ON users (id);
    CREATE UNIQUE INDEX ix_users_username ON users (username);
    CREATE TABLE chat_participants (
      chat_id integer NOT NULL REFERENCES chats, user_id integer NOT NULL REFERENCES users ON DELETE CASCADE, PRIMARY KEY (chat_id, user_id)
    );
    CREATE TABLE messages (
      id uuid PRIMARY KEY, chat_id integer REFERENCES chats ON DELETE CASCADE, sender_id integer REFERENCES users ON DELETE SET NULL,
      text varchar, created_at timestamptz
    );
    CREATE TABLE message_reads (
      id serial PRIMARY KEY, message_id uuid REFERENCES messages ON DELETE CASCADE, user_id integer REFERENCES users ON DELETE CASCADE,
      read_at timestamptz
    );
    CREATE INDEX ix_message_reads_id ON message_reads (id)`,
  'windi-messenger': `
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
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
  messenger: `
    CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
    CREATE TYPE chat_type_enum AS ENUM ('personal', 'group');
    CREATE TYPE group_type_enum AS ENUM ('public', 'private');
    CREATE TABLE chats (id varchar PRIMARY KEY, created_at timestamp NOT NULL, chat_type chat_type_enum NOT NULL);
    CREATE TABLE users (
      id varchar PRIMARY KEY, name varchar(50) NOT NULL, email varchar NOT NULL UNIQUE, password varchar NOT NULL
    );
    CREATE TABLE chat_participants (
      chat_id varchar NOT NULL REFERENCES chats, user_id varchar NOT NULL REFERENCES users, PRIMARY KEY (chat_id, user_id)
    );
    CREATE TABLE groups (
      id varchar PRIMARY KEY, name varchar(50) NOT NULL, created_at timestamp NOT NULL, creator_id varchar NOT NULL REFERENCES users,
      group_type group_type_enum NOT NULL
    );
    CREATE TABLE messages (
      id varchar PRIMARY KEY, chat_id varchar NOT NULL REFERENCES chats, sender_id varchar NOT NULL REFERENCES users,
      text varchar(1000) NOT NULL, created_at timestamp NOT NULL, is_read boolean NOT NULL
    );
    CREATE TABLE group_participants (
      group_id varchar NOT NULL REFERENCES groups, user_id varchar NOT NULL REFERENCES users, PRIMARY KEY (group_id, user_id)
    );
    CREATE TABLE message_reads (
      message_id varchar NOT NULL REFERENCES messages, user_id varchar NOT NULL REFERENCES users, PRIMARY KEY (message_id, user_id)
    );
    CREATE TABLE group_messages (
      id varchar PRIMARY KEY, group_id varchar NOT NULL REFERENCES groups, sender_id varchar NOT NULL REFERENCES users,
      text varchar(1000) NOT NULL, created_at timestamp NOT NULL
    );
    -- Times are UTC wherever the database is.
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Asia/Tokyo'); END $$`,
  // Its models are not published: these are the fields that its calls name.
  'chat-backend': `
    CREATE TABLE users (id serial PRIMARY KEY, email varchar UNIQUE, name varchar, hashed_password varchar, city varchar, avatar varchar);
    CREATE TABLE chats (id serial PRIMARY KEY, user1_id int REFERENCES users, user2_id int REFERENCES users, created_at timestamp);
    CREATE TABLE messages (
      id serial PRIMARY KEY, chat_id int REFERENCES chats, sender_id int REFERENCES users, text varchar, created_at timestamp,
      edited_at timestamp
    );
    CREATE TABLE message_files (
      id serial PRIMARY KEY, message_id int REFERENCES messages, filename varchar, file_path varchar, file_size int, file_type varchar
    );
    -- Times are UTC wherever the database is.
    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO %L', current_database(), 'Asia/Tokyo'); END $$`,
}
