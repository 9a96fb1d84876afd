-- Whether anybody may find, see and join a chat.

CREATE FUNCTION is_open(kind chat_kind, visibility chat_visibility, chat_deleted_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT kind = 'group' AND visibility = 'public' AND chat_deleted_at IS NULL
$$;
