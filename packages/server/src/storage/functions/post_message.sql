-- post_messages for a single draft that carries no file and replies to nothing: most of what a server sees while nobody waits.
-- The same rules in three plain statements, at a fraction of the cost of the one that serves a batch. Whatever is not simply
-- created is left to post_messages, which then judges it under the same lock. As post_messages it gives the message's time where that
-- is not the one it was given.

CREATE FUNCTION post_message(draft_id uuid, into_chat uuid, sender uuid, body text, written_at timestamptz)
RETURNS TABLE (outcome text, seq bigint, version bigint, stored json, files json, raised_to timestamptz)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  next_seq bigint;
  next_version bigint;
  at timestamptz;
BEGIN
  -- In a statement of its own: the next one sees what was committed while this one waited.
  PERFORM FROM chats WHERE id = into_chat FOR NO KEY UPDATE;
  UPDATE chats c
  SET last_seq = c.last_seq + 1, version = c.version + 1, active_at = GREATEST(c.active_at, written_at)
  WHERE c.id = into_chat
    AND EXISTS (
      SELECT FROM members m
      WHERE m.chat_id = into_chat AND m.user_id = sender
        AND post_refusal(into_chat, sender, c.kind, c.posting, c.deleted_at, m.role, m.left_at) IS NULL)
    AND NOT EXISTS (SELECT FROM messages m WHERE m.id = draft_id)
  RETURNING c.last_seq, c.version, c.active_at INTO next_seq, next_version, at;
  IF NOT FOUND THEN
    RETURN QUERY SELECT * FROM post_messages(
      ARRAY[draft_id], ARRAY[into_chat], ARRAY[sender], ARRAY[body], ARRAY[NULL::uuid], ARRAY[written_at]);
    RETURN;
  END IF;
  INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, text)
  VALUES (into_chat, next_seq, next_version, at, draft_id, sender, body);
  IF next_seq % 256 = 0 THEN
    PERFORM complete_blocks(ARRAY[into_chat], ARRAY[1]);
  END IF;
  outcome := 'created';
  seq := next_seq;
  version := next_version;
  raised_to := NULLIF(at, written_at);
  RETURN NEXT;
END $$;
