-- Whether a person may send a file. Of a file that is not there, owner is null.

CREATE FUNCTION may_send_file(owner uuid, person uuid) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
  SELECT owner IS NOT NULL AND owner = person
$$;
