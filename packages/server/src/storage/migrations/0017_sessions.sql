-- What a session may do, how far its tokens were used, and that it ends.

ALTER TABLE sessions
  -- By which door it was made: a contract that cannot ask for the password again does without it in sessions of its own login. Those of
  -- before count as made by the door that always asks.
  ADD COLUMN door text NOT NULL DEFAULT 'parley',
  -- The newest generation of which a token was used.
  ADD COLUMN used_generation integer NOT NULL DEFAULT 0;

-- Whether the newest tokens were used was not noted: as if they were, so that no former token works longer than it did.
UPDATE sessions SET used_generation = generation, expires_at = LEAST(expires_at, created_at + interval '180 days')
WHERE revoked_at IS NULL;
