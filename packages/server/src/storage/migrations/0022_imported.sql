-- What was taken from other programs: each row by that program's own key, with the id that it has here. A row is written in the transaction that
-- takes it and stays when what it stands for is deleted, so that it does not come back.
CREATE TABLE imported (
  source      text COLLATE "C" NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  foreign_key text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  PRIMARY KEY (source, kind, foreign_key)
);
