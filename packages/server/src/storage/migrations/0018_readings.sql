-- What a reading read. A cursor also jumps when somebody joins, over messages that the person has not read; of each mark it is kept where
-- the reading began, so that nobody is said to have read what was only passed.

-- Every message above it, up to seq, was read then.
ALTER TABLE read_marks ADD COLUMN after_seq bigint;

-- In the present stay a reading began where the one before it ended, or where the person joined. Of a former stay it is not known where it
-- began: its first mark stands for the one message that was surely read.
UPDATE read_marks r
SET after_seq = CASE
  WHEN w.joined_seq < r.seq THEN GREATEST(w.last, w.joined_seq)
  ELSE COALESCE(w.last, r.seq - 1)
END
FROM (
  SELECT k.chat_id, k.user_id, k.seq, m.joined_seq,
    lag(k.seq) OVER (PARTITION BY k.chat_id, k.user_id ORDER BY k.seq) AS last
  FROM read_marks k
  JOIN members m ON m.chat_id = k.chat_id AND m.user_id = k.user_id
) w
WHERE r.chat_id = w.chat_id AND r.user_id = w.user_id AND r.seq = w.seq;

UPDATE read_marks SET after_seq = seq - 1 WHERE after_seq IS NULL;
ALTER TABLE read_marks ALTER COLUMN after_seq SET NOT NULL;
