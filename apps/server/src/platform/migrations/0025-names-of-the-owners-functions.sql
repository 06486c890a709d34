-- The functions that run with the owner's rights looked for their tables in the caller's temporary schema first: whoever
-- could send statements as the portal put a view of their own there, and the owner removed what it showed (PostgreSQL,
-- CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely").
alter function audit_cut(text, bigint, bytea, timestamptz, bytea, bytea)
  set search_path = pg_catalog, public, pg_temp;
alter function audit_forget_heads(timestamptz) set search_path = pg_catalog, public, pg_temp;

-- Nor may the role put anything into the schema itself, which databases from before PostgreSQL 15 let everybody do.
do $$
begin
  revoke create on schema public from public, sidep_application;
exception
  -- Whose schema it is, is then an administrator's matter.
  when insufficient_privilege then null;
end $$;
