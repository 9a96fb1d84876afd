-- Accounts that the operator disabled: since when nobody logs in to one; null for all others.
ALTER TABLE users ADD COLUMN disabled_at timestamptz(3);
