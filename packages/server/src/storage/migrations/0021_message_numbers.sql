-- The integers by which some doors know messages, in blocks of 256: block n of a chat holds the seqs from n * 256 + 1 on, and its first
-- message has the integer `base`. A block is made when a message of it is first named by integer (functions/number_blocks.sql). The last
-- integer is the greatest that fits 32 bits with a sign.
CREATE TABLE message_number_blocks (
  chat_id uuid NOT NULL,
  block   integer NOT NULL,
  base    integer NOT NULL GENERATED ALWAYS AS IDENTITY (START WITH 1 INCREMENT BY 256 MAXVALUE 2147483392),
  PRIMARY KEY (chat_id, block),
  UNIQUE (base)
);
