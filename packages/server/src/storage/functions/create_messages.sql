-- Creates all drafts or none. `chat_ids` are the chats of the call in order, each with the number of its drafts and the times of the
-- first and the last, which do not fall; of each draft, `places` says which of them is its chat, and `backs` how many drafts follow it there. Gives last_seq and version
-- of the chats as they are then, or nulls when a draft is to be refused, is stored already, replies to another of the call, or when
-- a chat was changed by another transaction at the same moment: post_messages then judges them one by one. No message is older than the
-- one before it: `floors` are the times below which none of each chat may be, null when that made no difference.

CREATE FUNCTION create_messages(
  chat_ids uuid[], counts integer[], first_ats timestamptz[], last_ats timestamptz[],
  ids uuid[], places integer[], backs integer[], sender_ids uuid[], texts text[], reply_to_ids uuid[], created_ats timestamptz[],
  OUT last_seqs bigint[], OUT versions bigint[], OUT floors timestamptz[]
)
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  kinds chat_kind[];
  postings chat_posting[];
  fills_block boolean;
  created bigint;
BEGIN
  -- A block with a handler, so that what was written is undone without an error in the server's log.
  BEGIN
    WITH moved AS (
      UPDATE chats c
      SET last_seq = c.last_seq + g.count, version = c.version + g.count, active_at = GREATEST(c.active_at, g.last_at)
      FROM unnest(chat_ids, counts, first_ats, last_ats) WITH ORDINALITY AS g (chat_id, count, first_at, last_at, place)
      -- Where the row was found it is no more when another transaction has just moved it; otherwise this takes its lock.
      CROSS JOIN LATERAL (SELECT k.ctid AS at, k.active_at FROM chats k WHERE k.id = g.chat_id OFFSET 0) k
      -- A deleted one is left to post_messages, as is all that is out of the ordinary.
      WHERE c.ctid = k.at AND c.deleted_at IS NULL
      RETURNING g.place, c.last_seq, c.version, c.kind, c.posting, k.active_at AS floor, k.active_at > g.first_at AS behind,
        c.last_seq / 256 > (c.last_seq - g.count) / 256 AS fills_block
    )
    SELECT
      array_agg(moved.last_seq ORDER BY moved.place), array_agg(moved.version ORDER BY moved.place),
      array_agg(moved.kind ORDER BY moved.place), array_agg(moved.posting ORDER BY moved.place), bool_or(moved.fills_block),
      CASE WHEN bool_or(moved.behind) THEN array_agg(moved.floor ORDER BY moved.place) END
    INTO last_seqs, versions, kinds, postings, fills_block, floors
    FROM moved;
    IF cardinality(last_seqs) IS DISTINCT FROM cardinality(chat_ids) THEN
      RAISE SQLSTATE 'PLAIN';
    END IF;
    -- Read committed is assumed: this statement sees who is a member now, which nobody can change before the end of the transaction.
    INSERT INTO messages (chat_id, seq, version, created_at, id, sender_id, reply_to_id, text)
    SELECT
      chat_ids[d.place], last_seqs[d.place] - d.back, versions[d.place] - d.back, GREATEST(d.created_at, floors[d.place]), d.id, d.sender_id, d.reply_to_id, d.text
    FROM unnest(ids, places, backs, sender_ids, texts, reply_to_ids, created_ats)
      AS d (id, place, back, sender_id, text, reply_to_id, created_at)
    CROSS JOIN LATERAL (
      SELECT k.role, k.left_at FROM members k WHERE k.chat_id = chat_ids[d.place] AND k.user_id = d.sender_id OFFSET 0
    ) m
    LEFT JOIN LATERAL (
      SELECT k.chat_id, k.deleted_at FROM messages k WHERE k.id = d.reply_to_id OFFSET 0
    ) r ON d.reply_to_id IS NOT NULL
    WHERE post_refusal(
        chat_ids[d.place], d.sender_id, kinds[d.place], postings[d.place], NULL, m.role, m.left_at
      ) IS NULL
      AND (d.reply_to_id IS NULL OR r.chat_id = chat_ids[d.place] AND r.deleted_at IS NULL);
    GET DIAGNOSTICS created = ROW_COUNT;
    IF created <> cardinality(ids) THEN
      RAISE SQLSTATE 'PLAIN';
    END IF;
    IF fills_block THEN
      PERFORM complete_blocks(chat_ids, counts);
    END IF;
  EXCEPTION WHEN SQLSTATE 'PLAIN' OR unique_violation THEN
    last_seqs := NULL;
    versions := NULL;
    floors := NULL;
  END;
END $$;
