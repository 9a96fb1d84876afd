-- A table of a chat has chat_id in each of its unique keys and refers to nothing outside of its chat but people, so that chats can be
-- spread over databases. What a chat is found by other than its id is in tables of their own.

-- The integers by which some doors know chats.
CREATE TABLE chat_numbers (
  number  bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  chat_id uuid NOT NULL
);
INSERT INTO chat_numbers (number, chat_id) OVERRIDING SYSTEM VALUE SELECT number, id FROM chats ORDER BY number;
SELECT setval(pg_get_serial_sequence('chat_numbers', 'number'), last_value, is_called) FROM chats_number_seq;
ALTER TABLE chat_numbers
  ADD UNIQUE (chat_id),
  ADD PRIMARY KEY (number);
ALTER TABLE chats DROP COLUMN number;

-- The pair is claimed and its chat inserted in one transaction, by one call of the store.
ALTER TABLE direct_chats DROP CONSTRAINT direct_chats_chat_id_fkey;
-- Whoever adds a file to a message holds the file's row, and whoever deletes that takes it off all messages.
ALTER TABLE message_files DROP CONSTRAINT message_files_file_id_fkey;
