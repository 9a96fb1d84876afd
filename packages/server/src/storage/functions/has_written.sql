-- Whether a person has ever written in a chat, from what is counted of its full blocks (complete_blocks) and a look at the rest.

CREATE FUNCTION has_written(chat uuid, last_seq bigint, person uuid) RETURNS boolean
LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (SELECT FROM sender_counts k WHERE k.chat_id = chat AND k.sender_id = person)
    OR EXISTS (
      SELECT FROM (
        SELECT m.sender_id FROM messages m WHERE m.chat_id = chat AND m.seq > last_seq / 256 * 256 ORDER BY m.seq OFFSET 0
      ) latest
      WHERE latest.sender_id = person
    )
$$;
