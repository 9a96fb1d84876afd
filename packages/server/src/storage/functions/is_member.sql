-- Whether somebody is in a chat: there is a membership, it has not ended, and the chat was not deleted. Of who never was in, role is null.

CREATE FUNCTION is_member(chat_deleted_at timestamptz, role member_role, left_at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT role IS NOT NULL AND left_at IS NULL AND chat_deleted_at IS NULL
$$;
