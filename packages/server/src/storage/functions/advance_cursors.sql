-- Each cursor rises to its seq, capped by the chat's last_seq, and never falls; each rise is noted in read_marks. Gives the
-- places (from 1) of those that rose, with the chat's two smallest cursors as they were before. A person must not be in one
-- call twice for a chat. Callers sort by chat and person, so that two calls take the rows in the same order.

CREATE FUNCTION advance_cursors(chat_ids uuid[], user_ids uuid[], seqs bigint[], ats timestamptz[])
RETURNS TABLE (place bigint, holder uuid, lowest bigint, second bigint)
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
  RETURN QUERY
  WITH judged AS MATERIALIZED (
    SELECT d.*, c.last_seq, LEAST(d.seq, c.last_seq) AS wanted,
      CASE
        WHEN NOT is_member(c.deleted_at, m.role, m.left_at) THEN 'not_found'
        WHEN m.read_seq < LEAST(d.seq, c.last_seq) THEN 'rises'
        ELSE 'stays'
      END AS outcome
    FROM unnest(chat_ids, user_ids, seqs, ats) WITH ORDINALITY AS d (chat_id, user_id, seq, at, place)
    LEFT JOIN chats c ON c.id = d.chat_id
    LEFT JOIN members m ON m.chat_id = d.chat_id AND m.user_id = d.user_id
  ), risen AS (
    UPDATE members m
    SET read_seq = j.wanted, read_at = j.at
    FROM judged j
    -- The last condition is judged again when another transaction has just moved the cursor.
    WHERE j.outcome = 'rises' AND m.chat_id = j.chat_id AND m.user_id = j.user_id AND m.read_seq < j.wanted
    RETURNING j.place, m.chat_id, m.user_id, m.read_seq, m.read_at, j.last_seq
  ), noted AS (
    INSERT INTO read_marks (chat_id, user_id, seq, at)
    SELECT r.chat_id, r.user_id, r.read_seq, r.read_at FROM risen r
    ON CONFLICT DO NOTHING
  )
  SELECT r.place, low.holder, low.lowest, low.second
  FROM risen r
  CROSS JOIN LATERAL (
    SELECT
      (array_agg(two.user_id ORDER BY two.read_seq, two.user_id))[1] AS holder,
      min(two.read_seq) AS lowest,
      -- A missing cursor counts as having read all.
      CASE WHEN count(*) = 2 THEN max(two.read_seq) ELSE r.last_seq END AS second
    FROM (
      SELECT o.user_id, o.read_seq FROM members o
      WHERE o.chat_id = r.chat_id AND o.left_at IS NULL
      ORDER BY o.read_seq, o.user_id
      LIMIT 2
    ) two
  ) low;
END $$;
