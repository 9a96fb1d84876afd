-- Why a person may not post to a chat: null for who may, or the code of the refusal. All functions that create messages ask it, and so
-- does typing. Chat and person are named for rules that have to look something up; those that do not need to are an expression
-- that the planner puts in place of the call.

CREATE FUNCTION post_refusal(
  chat_id uuid, person uuid,
  kind chat_kind, posting chat_posting, chat_deleted_at timestamptz, role member_role, left_at timestamptz
) RETURNS text
LANGUAGE sql STABLE
AS $$
  SELECT CASE
    WHEN NOT is_member(chat_deleted_at, role, left_at) THEN 'not_found'
    WHEN kind = 'group' AND posting = 'admins' AND role = 'member' THEN 'posting_restricted'
  END
$$;
