-- What "read by all" is made of, for every viewer at once: the two smallest cursors of a chat's present members, a missing one counting
-- as `last_seq`, and two readings that go as far as any of the two. A cursor that only stands where its member joined is no reading. Of
-- the readings the first is the furthest; a missing one is 0. Where two present members have read, none has to look further; elsewhere
-- the readings of all who ever were in count, so that what was read stays read when its readers leave.

CREATE FUNCTION read_progress(chat uuid, last_seq bigint)
RETURNS TABLE (holder uuid, lowest bigint, second bigint, reader uuid, furthest bigint, runner_up bigint)
-- Stable: it sees what the statement that calls it sees, hence cursors as they were before that statement raises them.
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_material = off
AS $$
#variable_conflict use_column
DECLARE
  end_seq bigint := last_seq;
BEGIN
  SELECT
    (array_agg(two.user_id ORDER BY two.read_seq, two.user_id))[1],
    COALESCE(min(two.read_seq), end_seq),
    CASE WHEN count(*) = 2 THEN max(two.read_seq) ELSE end_seq END
  INTO holder, lowest, second
  FROM (
    SELECT o.user_id, o.read_seq FROM members o
    WHERE o.chat_id = chat AND o.left_at IS NULL
    ORDER BY o.read_seq, o.user_id
    LIMIT 2
  ) two;
  SELECT
    (array_agg(two.user_id ORDER BY two.read_seq DESC, two.user_id DESC))[1],
    max(two.read_seq),
    CASE WHEN count(*) = 2 THEN min(two.read_seq) END
  INTO reader, furthest, runner_up
  FROM (
    SELECT o.user_id, o.read_seq FROM members o
    WHERE o.chat_id = chat AND o.left_at IS NULL AND o.read_seq > o.joined_seq
    ORDER BY o.read_seq DESC, o.user_id DESC
    LIMIT 2
  ) two;
  -- Nothing is below a cursor that stands at the beginning.
  IF runner_up IS NULL AND second > 0 THEN
    SELECT
      (array_agg(two.user_id ORDER BY two.seq DESC, two.user_id DESC))[1],
      max(two.seq),
      CASE WHEN count(*) = 2 THEN min(two.seq) END
    INTO reader, furthest, runner_up
    FROM (
      SELECT o.user_id, mark.seq
      FROM (SELECT k.user_id FROM members k WHERE k.chat_id = chat OFFSET 0) o
      CROSS JOIN LATERAL (
        SELECT r.seq FROM read_marks r
        WHERE r.chat_id = chat AND r.user_id = o.user_id
        ORDER BY r.seq DESC
        LIMIT 1
      ) mark
      ORDER BY mark.seq DESC, o.user_id DESC
      LIMIT 2
    ) two;
  END IF;
  furthest := COALESCE(furthest, 0);
  runner_up := COALESCE(runner_up, 0);
  RETURN NEXT;
END $$;
