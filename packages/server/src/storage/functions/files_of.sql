-- The files of a message in the order in which they were sent, as the driver's side reads them; null for none.

CREATE FUNCTION files_of(chat uuid, message uuid) RETURNS json
LANGUAGE sql STABLE
AS $$
  SELECT json_agg(sent ORDER BY sent.position)
  FROM (
    SELECT mf.position, f.*
    FROM message_files mf
    CROSS JOIN LATERAL (
      SELECT k.id, k.name, k.media_type, k.size, k.width, k.height, k.thumbnail, k.created_at
      FROM files k WHERE k.id = mf.file_id OFFSET 0
    ) f
    WHERE mf.chat_id = chat AND mf.message_id = message
    ORDER BY mf.position
  ) sent
$$;
