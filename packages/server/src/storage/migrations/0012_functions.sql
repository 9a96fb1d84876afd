-- From here on functions are not made by migrations: the current text of each is in the folder functions, and applied after these.

DROP TRIGGER messages_complete_block ON messages;
DROP FUNCTION count_senders();
DROP FUNCTION create_messages(
  uuid[], integer[], timestamptz[], uuid[], integer[], integer[], uuid[], text[], uuid[], timestamptz[]
);
DROP FUNCTION post_message(uuid, uuid, uuid, text, timestamptz);
DROP FUNCTION post_messages_with_files(uuid[], uuid[], uuid[], text[], uuid[], timestamptz[], integer[], uuid[]);
DROP FUNCTION post_messages(uuid[], uuid[], uuid[], text[], uuid[], timestamptz[]);
DROP FUNCTION write_messages(uuid[], uuid[], uuid[], text[], uuid[], timestamptz[]);
DROP FUNCTION advance_cursors(uuid[], uuid[], bigint[], timestamptz[]);
DROP FUNCTION seq_at(uuid, timestamptz);
