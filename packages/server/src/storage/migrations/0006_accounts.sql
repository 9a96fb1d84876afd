-- Accounts that were deactivated or deleted.

ALTER TABLE users
  -- Since when nobody is logged in and the search does not find the person; null for whoever is active. A login ends it.
  ADD COLUMN deactivated_at timestamptz(3),
  -- A deleted account that has still to leave its groups: a server that starts goes on with it.
  ADD COLUMN departing boolean NOT NULL DEFAULT false;

CREATE INDEX users_departing ON users (id) WHERE departing;

-- With sessions_of_user, all sessions of a person: they go with the account.
CREATE INDEX sessions_ended ON sessions (user_id) WHERE revoked_at IS NOT NULL;
