-- What took a version after it was created is found by one mark, whatever kind of change it was.

-- Written in the same statement as the change, and never taken back.
ALTER TABLE messages ADD COLUMN changed boolean NOT NULL DEFAULT false;
UPDATE messages SET changed = true
WHERE edited_at IS NOT NULL OR deleted_at IS NOT NULL OR attached_at IS NOT NULL;

DROP INDEX messages_changed;
DROP INDEX messages_attached;
ALTER TABLE messages DROP COLUMN attached_at;
-- The messages created after a version are the last ones by seq; the others that changed after it are here.
CREATE INDEX messages_changed ON messages (chat_id, version) WHERE changed;

-- The version with which the chat's own columns (title, description, posting, visibility, deleted_at) last changed; 1 for those with
-- which it was made. Of chats that were there before it is not known: not later than now.
ALTER TABLE chats ADD COLUMN changed_version bigint NOT NULL DEFAULT 1;
UPDATE chats SET changed_version = version WHERE version > 1;
