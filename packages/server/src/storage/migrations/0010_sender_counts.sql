-- How many messages each sender has in each full block of 256 messages of a chat. With it, what somebody wrote among their
-- unread messages is counted from at most two parts of blocks and the blocks between them, and no message has to
-- be entered into an index by its sender, which was a fifth of what the database spent on a message.

CREATE TABLE sender_counts (
  chat_id   uuid NOT NULL,
  sender_id uuid NOT NULL,
  -- From 1. The nth ends with the seq n * 256; the last, which is not full yet, is not here.
  block     bigint NOT NULL,
  sent      integer NOT NULL
);
ALTER TABLE sender_counts ADD PRIMARY KEY (chat_id, sender_id, block);

-- Counts the block that the new message completes. Seqs have no holes and neither they nor senders ever change, so that it is final.
CREATE FUNCTION count_senders() RETURNS trigger
LANGUAGE plpgsql
-- As for write_messages.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
BEGIN
  INSERT INTO sender_counts (chat_id, sender_id, block, sent)
  SELECT m.chat_id, m.sender_id, NEW.seq / 256, count(*)
  FROM messages m
  WHERE m.chat_id = NEW.chat_id AND m.seq > NEW.seq - 256 AND m.seq <= NEW.seq
  GROUP BY m.chat_id, m.sender_id;
  RETURN NULL;
END $$;

-- Fires when the statement that inserts is done, whatever order it inserts in. From here on nothing is posted until the end of
-- the migration, so that each block is counted either there or below.
CREATE TRIGGER messages_complete_block AFTER INSERT ON messages
FOR EACH ROW WHEN (NEW.seq % 256 = 0) EXECUTE FUNCTION count_senders();

INSERT INTO sender_counts (chat_id, sender_id, block, sent)
SELECT m.chat_id, m.sender_id, (m.seq + 255) / 256, count(*)
FROM messages m
JOIN chats c ON c.id = m.chat_id
WHERE m.seq <= c.last_seq / 256 * 256
GROUP BY m.chat_id, m.sender_id, (m.seq + 255) / 256;

DROP INDEX messages_by_sender;

-- The deleted messages of others do not count as unread either: with the sender in it, the index tells whose they were.
DROP INDEX messages_deleted;
CREATE INDEX messages_deleted ON messages (chat_id, seq) INCLUDE (sender_id) WHERE deleted_at IS NOT NULL;
