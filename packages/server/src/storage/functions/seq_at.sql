-- The seq of a message at or after the time whose predecessor is before it; last_seq + 1 when the last message is before it.
-- Looks at log2(last_seq) messages. created_at never falls while seq rises, whatever the clocks do (of messages that were written before
-- that was so, the answer is off by as much as a clock went back).

CREATE FUNCTION seq_at(chat uuid, moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
DECLARE
  low bigint := 1;
  high bigint := 1 + COALESCE((SELECT c.last_seq FROM chats c WHERE c.id = chat), 0);
  middle bigint;
BEGIN
  WHILE low < high LOOP
    middle := (low + high) / 2;
    IF (
      SELECT m.created_at FROM messages m WHERE m.chat_id = chat AND m.seq >= middle ORDER BY m.seq LIMIT 1
    ) < moment THEN
      low := middle + 1;
    ELSE
      high := middle;
    END IF;
  END LOOP;
  RETURN low;
END $$;
