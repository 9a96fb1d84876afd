-- Tables of accounts, chats, members and messages.
--
-- What belongs to a chat has chat_id as the leading key column, so that it can be distributed by chat. All times come from the
-- application, in milliseconds. Columns named *_key hold the text as it is compared and sorted (NFKC, lower case, folded
-- by the application so that the database's locale does not matter); collation "C" lets a plain index serve prefixes.

CREATE TYPE chat_kind AS ENUM ('direct', 'group');
CREATE TYPE chat_posting AS ENUM ('everyone', 'admins');
CREATE TYPE chat_visibility AS ENUM ('private', 'public');
CREATE TYPE member_role AS ENUM ('owner', 'admin', 'member');

CREATE TABLE users (
  id            uuid NOT NULL,
  -- For doors that know people by an integer.
  number        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  username      text,
  username_key  text COLLATE "C",
  email         text,
  email_key     text COLLATE "C",
  name          text NOT NULL,
  name_key      text COLLATE "C" NOT NULL,
  bio           text NOT NULL,
  locale        text NOT NULL,
  password_hash text NOT NULL,
  is_admin      boolean NOT NULL DEFAULT false,
  last_seen_at  timestamptz(3),
  created_at    timestamptz(3) NOT NULL,
  deleted_at    timestamptz(3),
  CHECK (username IS NOT NULL OR email IS NOT NULL OR deleted_at IS NOT NULL),
  CHECK ((username IS NULL) = (username_key IS NULL)),
  CHECK ((email IS NULL) = (email_key IS NULL))
) WITH (fillfactor = 85);

CREATE TABLE sessions (
  id           uuid NOT NULL,
  user_id      uuid NOT NULL,
  refresh_salt bytea NOT NULL,
  generation   integer NOT NULL,
  rotated_at   timestamptz(3) NOT NULL,
  user_agent   text NOT NULL,
  ip           text NOT NULL,
  created_at   timestamptz(3) NOT NULL,
  last_used_at timestamptz(3) NOT NULL,
  expires_at   timestamptz(3) NOT NULL,
  revoked_at   timestamptz(3)
) WITH (fillfactor = 85);

-- last_seq, version and active_at move with every message: none of them may be indexed and every page keeps room for the next
-- row version, so that these updates stay heap-only. No CHECK here, nor on members and messages: PostgreSQL parses the
-- checks of a table again in every statement that writes to it, 20 µs per message that is sent alone.
CREATE TABLE chats (
  id              uuid NOT NULL,
  -- For doors that know chats by an integer.
  number          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind            chat_kind NOT NULL,
  title           text,
  title_key       text COLLATE "C",
  description     text NOT NULL,
  posting         chat_posting NOT NULL,
  visibility      chat_visibility NOT NULL,
  created_by      uuid NOT NULL,
  created_at      timestamptz(3) NOT NULL,
  deleted_at      timestamptz(3),
  -- The people of a direct chat, who never change; here too so that showing a chat needs no look into direct_chats.
  direct_user_ids uuid[],
  member_count    integer NOT NULL,
  -- The number of the last message: 1, 2, 3 … without holes, moved only under this row's lock.
  last_seq        bigint NOT NULL DEFAULT 0,
  -- The number of the last change, one per change, moved only under this row's lock.
  version         bigint NOT NULL,
  -- When the last message was written, or the chat was made. Chat lists are sorted by it.
  active_at       timestamptz(3) NOT NULL
) WITH (fillfactor = 70);

-- One direct chat per pair; with user_low = user_high it is somebody's saved messages. The pair is claimed before its chat
-- is inserted.
CREATE TABLE direct_chats (
  user_low  uuid NOT NULL,
  user_high uuid NOT NULL,
  chat_id   uuid NOT NULL,
  CHECK (user_low <= user_high)
);

-- Who left keeps a row with left_at: it tells clients that were away.
CREATE TABLE members (
  chat_id     uuid NOT NULL,
  user_id     uuid NOT NULL,
  role        member_role NOT NULL,
  joined_at   timestamptz(3) NOT NULL,
  joined_seq  bigint NOT NULL,
  -- Every message up to this one is read. Only rises, and never past last_seq of the chat.
  read_seq    bigint NOT NULL,
  read_at     timestamptz(3),
  muted_until timestamptz(3),
  pinned_at   timestamptz(3),
  archived_at timestamptz(3),
  version     bigint NOT NULL,
  left_at     timestamptz(3)
) WITH (fillfactor = 80);

-- When each cursor moved, and where to. No foreign keys: the statement that writes here has just written the member.
CREATE TABLE read_marks (
  chat_id uuid NOT NULL,
  user_id uuid NOT NULL,
  seq     bigint NOT NULL,
  at      timestamptz(3) NOT NULL
);

-- A deleted message keeps its row without text. No foreign keys: post_messages checks chat and sender under the chat's lock,
-- and each key would cost a row lock per message.
CREATE TABLE messages (
  chat_id     uuid NOT NULL,
  seq         bigint NOT NULL,
  version     bigint NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  edited_at   timestamptz(3),
  deleted_at  timestamptz(3),
  id          uuid NOT NULL,
  sender_id   uuid NOT NULL,
  reply_to_id uuid,
  text        text
);

-- Former texts. `version` and `at` are those with which the text was written.
CREATE TABLE message_revisions (
  chat_id    uuid NOT NULL,
  message_id uuid NOT NULL,
  version    bigint NOT NULL,
  text       text NOT NULL,
  at         timestamptz(3) NOT NULL
);

-- Keys and indexes, in an order that matters: while a table is so small that all indexes cost the same, the planner takes the
-- newest of those that fit, and a prepared plan keeps it while the table grows. So each comes after those that would fit its
-- queries badly.

CREATE INDEX users_by_name ON users (name_key, id) WHERE deleted_at IS NULL;
ALTER TABLE users
  ADD UNIQUE (number),
  ADD UNIQUE (username_key),
  ADD UNIQUE (email_key),
  ADD PRIMARY KEY (id);

CREATE INDEX sessions_of_user ON sessions (user_id) WHERE revoked_at IS NULL;
ALTER TABLE sessions
  ADD PRIMARY KEY (id),
  ADD FOREIGN KEY (user_id) REFERENCES users;

CREATE INDEX chats_public ON chats (title_key, id) WHERE visibility = 'public' AND deleted_at IS NULL;
ALTER TABLE chats
  ADD UNIQUE (number),
  ADD PRIMARY KEY (id);

ALTER TABLE direct_chats
  ADD PRIMARY KEY (user_low, user_high),
  ADD FOREIGN KEY (chat_id) REFERENCES chats DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX members_by_version ON members (chat_id, version);
ALTER TABLE members
  ADD PRIMARY KEY (chat_id, user_id),
  ADD FOREIGN KEY (chat_id) REFERENCES chats,
  ADD FOREIGN KEY (user_id) REFERENCES users;
-- The smallest cursors of a chat, and who has read up to a seq.
CREATE INDEX members_by_cursor ON members (chat_id, read_seq, user_id) WHERE left_at IS NULL;
CREATE INDEX members_of_user ON members (user_id, chat_id) WHERE left_at IS NULL;

ALTER TABLE read_marks ADD PRIMARY KEY (chat_id, user_id, seq);

ALTER TABLE messages
  -- When messages are distributed by chat, this becomes unique (chat_id, id).
  ADD UNIQUE (id),
  ADD PRIMARY KEY (chat_id, seq);
-- There is no index of all messages by version, which every send would pay for: the messages created after a version are the
-- last ones by seq, and the others that changed after it are here.
CREATE INDEX messages_changed ON messages (chat_id, version) WHERE edited_at IS NOT NULL OR deleted_at IS NOT NULL;
-- Unread is last_seq minus the cursor, minus one's own, minus the deleted of others: two short counts however much is unread.
CREATE INDEX messages_deleted ON messages (chat_id, seq) WHERE deleted_at IS NOT NULL;
CREATE INDEX messages_by_sender ON messages (chat_id, sender_id, seq);

ALTER TABLE message_revisions ADD PRIMARY KEY (chat_id, message_id, version);
