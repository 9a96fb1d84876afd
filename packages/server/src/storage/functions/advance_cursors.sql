-- Each cursor rises to its seq, capped by the chat's last_seq, and never falls; each rise is noted in read_marks with where it began, at
-- a time that is not before that of the last message or of the reading before. Gives the places (from 1) of those that rose, with
-- what read_progress said of the chat before. A person must not be in one call twice for a chat. Callers sort by chat and person, so that
-- two calls take the rows in the same order.

CREATE FUNCTION advance_cursors(chat_ids uuid[], user_ids uuid[], seqs bigint[], ats timestamptz[])
RETURNS TABLE (
  place bigint, holder uuid, lowest bigint, second bigint, reader uuid, furthest bigint, runner_up bigint
)
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
    SELECT d.*, c.last_seq, c.active_at, m.read_seq AS began, LEAST(d.seq, c.last_seq) AS wanted,
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
    SET read_seq = j.wanted, read_at = GREATEST(j.at, j.active_at, m.read_at)
    FROM judged j
    -- The last condition is judged again when another transaction has just moved the cursor.
    WHERE j.outcome = 'rises' AND m.chat_id = j.chat_id AND m.user_id = j.user_id AND m.read_seq < j.wanted
    -- Who has just come back has read nothing of what was between.
    RETURNING j.place, m.chat_id, m.user_id, GREATEST(j.began, m.joined_seq) AS began, m.read_seq, m.read_at, j.last_seq
  ), noted AS (
    INSERT INTO read_marks (chat_id, user_id, after_seq, seq, at)
    SELECT r.chat_id, r.user_id, r.began, r.read_seq, r.read_at FROM risen r
    ON CONFLICT DO NOTHING
  )
  SELECT r.place, p.holder, p.lowest, p.second, p.reader, p.furthest, p.runner_up
  FROM risen r
  CROSS JOIN LATERAL read_progress(r.chat_id, r.last_seq) p;
END $$;
