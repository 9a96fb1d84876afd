-- The keys by which texts are compared have a form that the application names: when it makes them otherwise it makes all of them
-- again, for no function of PostgreSQL folds as it does. No row: the keys are those of the time before (NFKC, lower case).
CREATE TABLE text_key_form (
  form text NOT NULL
);

-- What usernames of different scripts have in common that cannot be told apart. Null where another account had it first.
ALTER TABLE users ADD COLUMN username_skeleton text COLLATE "C" UNIQUE;
