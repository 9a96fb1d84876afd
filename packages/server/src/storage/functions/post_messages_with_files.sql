-- post_messages for drafts of which some carry files: `file_places` says for each of `file_ids` with which draft, counted from 1, it is
-- sent. A draft with a file that is not its sender's is refused as `invalid_files`, unless its message is stored already. Such calls are
-- rare beside those without files, which do not come here.

CREATE FUNCTION post_messages_with_files(
  ids uuid[], chat_ids uuid[], sender_ids uuid[], texts text[], reply_to_ids uuid[], created_ats timestamptz[],
  file_places integer[], file_ids uuid[]
) RETURNS TABLE (outcome text, seq bigint, version bigint, stored json, files json, raised_to timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_material = off
AS $$
#variable_conflict use_column
DECLARE
  refused integer[];
  kept integer[];
  created integer[] := '{}';
  outcomes text[] := array_fill(NULL::text, ARRAY[cardinality(ids)]);
  seqs bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(ids)]);
  versions bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(ids)]);
  found json[] := array_fill(NULL::json, ARRAY[cardinality(ids)]);
  contents json[] := array_fill(NULL::json, ARRAY[cardinality(ids)]);
  raised timestamptz[] := array_fill(NULL::timestamptz, ARRAY[cardinality(ids)]);
  answer record;
BEGIN
  -- As post_messages does: after this nothing that decides can change.
  PERFORM FROM chats WHERE id = ANY (chat_ids) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM files WHERE id = ANY (file_ids) ORDER BY id FOR KEY SHARE;
  refused := ARRAY(
    SELECT DISTINCT given.place
    FROM unnest(file_places, file_ids) AS given (place, file_id)
    -- Look-ups kept apart, as in all statements: joined freely, a plan made while the tables were small would read them whole.
    LEFT JOIN LATERAL (SELECT k.owner_id FROM files k WHERE k.id = given.file_id OFFSET 0) f ON true
    LEFT JOIN LATERAL (SELECT k.id FROM messages k WHERE k.id = ids[given.place] OFFSET 0) m ON true
    WHERE m.id IS NULL AND NOT may_send_file(f.owner_id, sender_ids[given.place])
  );
  kept := ARRAY(
    SELECT place FROM generate_subscripts(ids, 1) AS place WHERE place <> ALL (refused) ORDER BY place
  );
  FOR answer IN
    SELECT kept[posted.nth] AS place, posted.*
    FROM post_messages(
      ARRAY(SELECT ids[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth),
      ARRAY(SELECT chat_ids[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth),
      ARRAY(SELECT sender_ids[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth),
      ARRAY(SELECT texts[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth),
      ARRAY(SELECT reply_to_ids[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth),
      ARRAY(SELECT created_ats[place] FROM unnest(kept) WITH ORDINALITY AS k (place, nth) ORDER BY nth)
    ) WITH ORDINALITY AS posted (outcome, seq, version, stored, files, raised_to, nth)
  LOOP
    outcomes[answer.place] := answer.outcome;
    seqs[answer.place] := answer.seq;
    versions[answer.place] := answer.version;
    found[answer.place] := answer.stored;
    contents[answer.place] := answer.files;
    raised[answer.place] := answer.raised_to;
    IF answer.outcome = 'created' THEN
      created := created || answer.place::integer;
    END IF;
  END LOOP;
  WITH sent AS (
    INSERT INTO message_files (chat_id, message_id, position, file_id)
    SELECT chat_ids[given.place], ids[given.place], row_number() OVER (PARTITION BY given.place ORDER BY given.nth), given.file_id
    FROM unnest(file_places, file_ids) WITH ORDINALITY AS given (place, file_id, nth)
    WHERE given.place = ANY (created)
    RETURNING message_id
  )
  UPDATE messages m SET file_count = counted.count
  FROM (SELECT sent.message_id, count(*) AS count FROM sent GROUP BY sent.message_id) counted
  CROSS JOIN LATERAL (SELECT k.ctid AS place FROM messages k WHERE k.id = counted.message_id OFFSET 0) k
  WHERE m.ctid = k.place;
  RETURN QUERY
  SELECT COALESCE(outcomes[place], 'invalid_files'), seqs[place], versions[place], found[place],
    -- In a statement of its own, which sees what the one before it wrote.
    CASE WHEN outcomes[place] = 'created' THEN files_of(chat_ids[place], ids[place]) ELSE contents[place] END, raised[place]
  FROM generate_subscripts(ids, 1) AS place
  ORDER BY place;
END $$;
