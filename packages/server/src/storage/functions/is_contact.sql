-- Whether a viewer is one of a person's contacts. Both are in a private group that the person made or has written in, or in a direct chat
-- in which both have written. Nobody becomes a contact by what others do: neither by being put into a group, nor by being written to,
-- nor is anybody one who has joined a public group.

CREATE FUNCTION is_contact(person uuid, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE
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
  RETURN EXISTS (
    SELECT
    FROM (SELECT k.chat_id FROM members k WHERE k.user_id = viewer AND k.left_at IS NULL OFFSET 0) own
    CROSS JOIN LATERAL (
      SELECT k.role, k.left_at FROM members k WHERE k.chat_id = own.chat_id AND k.user_id = person OFFSET 0
    ) theirs
    CROSS JOIN LATERAL (SELECT k.* FROM chats k WHERE k.id = own.chat_id OFFSET 0) c
    WHERE is_member(c.deleted_at, theirs.role, theirs.left_at)
      AND CASE c.kind
        WHEN 'direct' THEN has_written(c.id, c.last_seq, person) AND has_written(c.id, c.last_seq, viewer)
        ELSE NOT is_open(c.kind, c.visibility, c.deleted_at) AND (c.created_by = person OR has_written(c.id, c.last_seq, person))
      END
  );
END $$;
