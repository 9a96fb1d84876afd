-- The integers of those blocks of messages of those chats. What is missing is made, with all blocks before it, so that in a chat integers
-- rise with seq: whoever makes blocks of a chat holds its row of chat_numbers, which nobody else locks, and takes the bases from the
-- counter under that lock. The chats come in the order of their ids, so that two of these cannot wait for each other. Expects read
-- committed: what another one made while this waited is seen.

CREATE FUNCTION number_blocks(chat_ids uuid[], blocks integer[])
RETURNS TABLE (chat_id uuid, block integer, base integer)
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
DECLARE
  chat uuid;
  last_block integer;
BEGIN
  FOR chat, last_block IN
    SELECT w.chat_id, max(w.block)
    FROM unnest(chat_ids, blocks) AS w (chat_id, block)
    WHERE NOT EXISTS (
      SELECT FROM message_number_blocks k WHERE k.chat_id = w.chat_id AND k.block = w.block)
    GROUP BY w.chat_id
    ORDER BY w.chat_id
  LOOP
    PERFORM FROM chat_numbers n WHERE n.chat_id = chat FOR UPDATE;
    CONTINUE WHEN NOT FOUND;
    INSERT INTO message_number_blocks (chat_id, block)
    SELECT chat, missing.block
    FROM generate_series(
      1 + COALESCE((
        SELECT k.block FROM message_number_blocks k WHERE k.chat_id = chat ORDER BY k.block DESC LIMIT 1
      ), -1),
      last_block
    ) AS missing (block);
  END LOOP;
  RETURN QUERY
  SELECT b.chat_id, b.block, b.base
  FROM (SELECT DISTINCT o.chat_id, o.block FROM unnest(chat_ids, blocks) AS o (chat_id, block)) w
  CROSS JOIN LATERAL (
    SELECT k.* FROM message_number_blocks k WHERE k.chat_id = w.chat_id AND k.block = w.block OFFSET 0
  ) b;
END $$;
