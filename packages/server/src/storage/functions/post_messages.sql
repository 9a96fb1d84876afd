-- Posts drafts in the order given and answers in that order, with the outcome `created`, `stored` or the code of a refusal; a
-- message stored before comes back whole, its files beside it, and of one whose time would have been before that of the message before it `raised_to` says to
-- which time it was raised. Read committed is assumed: each statement sees what was committed before it, so
-- after the locks nothing that decides can change until the end of the transaction. Ids of one call are distinct; when another
-- transaction takes one at the same moment for another chat, the call fails with a unique violation.

CREATE FUNCTION post_messages(
  ids uuid[], chat_ids uuid[], sender_ids uuid[], texts text[], reply_to_ids uuid[], created_ats timestamptz[]
) RETURNS TABLE (outcome text, seq bigint, version bigint, stored json, files json, raised_to timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_bitmapscan = off
AS $$
#variable_conflict use_column
DECLARE
  first integer := 1;
BEGIN
  -- In id order, so that two calls with the same chats cannot wait for each other.
  PERFORM FROM chats WHERE id = ANY (chat_ids) ORDER BY id FOR NO KEY UPDATE;
  -- A reply to a draft of this call has to see that draft written.
  IF ids && reply_to_ids THEN
    FOR i IN 2 .. cardinality(ids) LOOP
      IF reply_to_ids[i] = ANY (ids[first : i - 1]) THEN
        RETURN QUERY SELECT * FROM write_messages(
          ids[first : i - 1], chat_ids[first : i - 1], sender_ids[first : i - 1],
          texts[first : i - 1], reply_to_ids[first : i - 1], created_ats[first : i - 1]
        );
        first := i;
      END IF;
    END LOOP;
  END IF;
  IF first = 1 THEN
    RETURN QUERY SELECT * FROM write_messages(ids, chat_ids, sender_ids, texts, reply_to_ids, created_ats);
  ELSE
    RETURN QUERY SELECT * FROM write_messages(
      ids[first :], chat_ids[first :], sender_ids[first :], texts[first :], reply_to_ids[first :], created_ats[first :]
    );
  END IF;
END $$;
