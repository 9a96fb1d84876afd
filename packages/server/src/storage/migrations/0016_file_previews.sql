-- What is still to be done about a file after its upload was answered: `preview`, a picture to be measured and made small; `news`, the
-- messages that carry it to be told of that. Null for nothing.
ALTER TABLE files ADD COLUMN pending text CHECK (pending IN ('preview', 'news'));
CREATE INDEX files_pending ON files (owner_id, id) WHERE pending IS NOT NULL;

-- How many bytes of files of each person are kept. Whoever inserts or deletes files moves it in the same transaction.
CREATE TABLE file_usage (
  owner_id uuid NOT NULL,
  bytes    bigint NOT NULL
);
INSERT INTO file_usage SELECT owner_id, sum(size) FROM files GROUP BY owner_id;
ALTER TABLE file_usage ADD PRIMARY KEY (owner_id);
