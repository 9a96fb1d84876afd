-- Writes drafts none of which replies to another of the call. Expects the chats locked.

CREATE FUNCTION write_messages(
  ids uuid[], chat_ids uuid[], sender_ids uuid[], texts text[], reply_to_ids uuid[], created_ats timestamptz[]
) RETURNS TABLE (outcome text, seq bigint, version bigint, stored json, files json, raised_to timestamptz)
LANGUAGE plpgsql
-- Every join below is a look-up by a unique key. The settings keep a plan that was made when the tables were small, and lives as
-- long as its session, from being anything else; for the same reason whatever could bring in another index is judged above
-- the joins.
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
  WITH judged AS (
    SELECT d.*, c.last_seq, c.version, c.active_at,
      CASE
        WHEN s.id IS NOT NULL AND s.chat_id = d.chat_id AND s.sender_id = d.sender_id THEN 'stored'
        WHEN s.id IS NOT NULL THEN 'id_taken'
        ELSE COALESCE(
          post_refusal(d.chat_id, d.sender_id, c.kind, c.posting, c.deleted_at, m.role, m.left_at),
          CASE
            WHEN d.reply_to_id IS NOT NULL
              AND (r.id IS NULL OR r.chat_id <> d.chat_id OR r.deleted_at IS NOT NULL) THEN 'invalid_reply'
            ELSE 'created'
          END
        )
      END AS outcome,
      CASE WHEN s.id IS NOT NULL THEN row_to_json(s) END AS stored, s.file_count
    FROM unnest(ids, chat_ids, sender_ids, texts, reply_to_ids, created_ats)
      WITH ORDINALITY AS d (id, chat_id, sender_id, text, reply_to_id, created_at, place)
    LEFT JOIN chats c ON c.id = d.chat_id
    LEFT JOIN members m ON m.chat_id = d.chat_id AND m.user_id = d.sender_id
    LEFT JOIN messages s ON s.id = d.id
    LEFT JOIN messages r ON r.id = d.reply_to_id
  ), numbered AS MATERIALIZED (
    SELECT j.*,
      count(*) FILTER (WHERE j.outcome = 'created')
        OVER (PARTITION BY j.chat_id ORDER BY j.place ROWS UNBOUNDED PRECEDING) AS nth,
      -- Not before the chat's last message, nor before those that come before it in this call.
      GREATEST(
        j.active_at,
        max(j.created_at) FILTER (WHERE j.outcome = 'created')
          OVER (PARTITION BY j.chat_id ORDER BY j.place ROWS UNBOUNDED PRECEDING)
      ) AS at
    FROM judged j
  ), inserted AS (
    INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, reply_to_id, text)
    SELECT n.chat_id, n.last_seq + n.nth, n.version + n.nth, n.at, n.id, n.sender_id, n.reply_to_id, n.text
    FROM numbered n
    WHERE n.outcome = 'created'
  ), moved AS (
    UPDATE chats c
    SET last_seq = c.last_seq + g.count, version = c.version + g.count, active_at = GREATEST(c.active_at, g.last)
    FROM (
      SELECT n.chat_id, max(n.nth) AS count, max(n.at) AS last
      FROM numbered n
      WHERE n.outcome = 'created'
      GROUP BY n.chat_id
    ) g
    -- Where there is a single chat, a plan that joins by id reads all chats once there are many. The lock keeps the row in place.
    CROSS JOIN LATERAL (SELECT k.ctid AS place FROM chats k WHERE k.id = g.chat_id OFFSET 0) k
    WHERE c.ctid = k.place
  )
  SELECT
    n.outcome,
    CASE WHEN n.outcome = 'created' THEN n.last_seq + n.nth END,
    CASE WHEN n.outcome = 'created' THEN n.version + n.nth END,
    CASE WHEN n.outcome = 'stored' THEN n.stored END,
    CASE WHEN n.outcome = 'stored' AND n.file_count > 0 THEN files_of(n.chat_id, n.id) END,
    CASE WHEN n.outcome = 'created' THEN NULLIF(n.at, n.created_at) END
  FROM numbered n
  ORDER BY n.place;
  PERFORM complete_blocks(array_agg(g.chat_id), array_agg(g.count))
  FROM (SELECT chat_id, count(*)::integer AS count FROM unnest(chat_ids) AS d (chat_id) GROUP BY chat_id) g;
END $$;
