-- What doors with integer ids and pages by offset look up.

-- The texts by which senders named messages, where their contract shows them again; written beside the messages, after them.
CREATE TABLE message_keys (
  chat_id    uuid NOT NULL,
  message_id uuid NOT NULL,
  key        text NOT NULL
);
ALTER TABLE message_keys ADD PRIMARY KEY (chat_id, message_id);
