-- Which message a key names cannot be guessed any more. Whoever sent before this and has no answer yet sends again for a while: until
-- then the former id of a key is looked for first. No row where nothing was sent before.
CREATE TABLE former_key_ids (until timestamptz(3) NOT NULL);
INSERT INTO former_key_ids SELECT now() + interval '7 days' WHERE EXISTS (SELECT FROM messages);
