-- Counts the senders of the blocks of 256 messages that were completed by the last messages of some chats: `counts` says how many of
-- them to look back at in each. Seqs have no holes, and neither they nor senders ever change, so that a count is final, and counting
-- again changes nothing. Every function that creates messages calls it, in a later statement, with the chats still locked.

CREATE FUNCTION complete_blocks(chat_ids uuid[], counts integer[]) RETURNS void
LANGUAGE plpgsql
-- As for write_messages.
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_material = off
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO sender_counts (chat_id, sender_id, block, sent)
  SELECT d.chat_id, m.sender_id, complete.block, count(*)
  FROM unnest(chat_ids, counts) AS d (chat_id, count)
  CROSS JOIN LATERAL (SELECT k.last_seq FROM chats k WHERE k.id = d.chat_id OFFSET 0) c
  CROSS JOIN LATERAL generate_series(GREATEST(c.last_seq - d.count, 0) / 256 + 1, c.last_seq / 256) AS complete (block)
  CROSS JOIN LATERAL (
    SELECT k.sender_id FROM messages k
    WHERE k.chat_id = d.chat_id AND k.seq > (complete.block - 1) * 256 AND k.seq <= complete.block * 256
    OFFSET 0
  ) m
  GROUP BY d.chat_id, m.sender_id, complete.block
  ON CONFLICT DO NOTHING;
END $$;
