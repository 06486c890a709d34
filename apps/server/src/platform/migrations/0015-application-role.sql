-- The role that the portal works as. It may write the audit chains and what was signed about them, and neither change nor
-- remove any of it; two functions of the owner remove what is past its time, and nothing younger than four weeks.
-- A role belongs to the whole PostgreSQL: another database of it may have made it already.
do $$
begin
  if not exists (select from pg_roles where rolname = 'sidep_application') then
    create role sidep_application nologin;
  end if;
exception
  -- Another database of this PostgreSQL is being migrated at the same moment.
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception 'an administrator must run first: create role sidep_application nologin; grant sidep_application to %', current_user;
end $$;

do $$
begin
  execute format('grant sidep_application to %I', current_user);
exception
  -- A superuser may be any role; who may not grant it was made its member by an administrator.
  when insufficient_privilege or unique_violation then null;
  when internal_error then null;
end $$;

grant usage on schema public to sidep_application;
grant select, insert, update, delete, truncate on all tables in schema public to sidep_application;
grant usage, select on all sequences in schema public to sidep_application;
alter default privileges in schema public
  grant select, insert, update, delete, truncate on tables to sidep_application;
alter default privileges in schema public grant usage, select on sequences to sidep_application;

revoke update, delete, truncate
  on audit, audit_signed_head, audit_roll, audit_start, audit_signer, audit_checkpoint
  from sidep_application;
-- The end of each chain moves with every act.
revoke delete, truncate on audit_head from sidep_application;
revoke insert, update, delete, truncate on migration from sidep_application;

-- Cuts the beginning off a chain behind its signed checkpoint. @returns how many rows went
create function audit_cut(
  site text, last_sequence bigint, last_hash bytea, at timestamptz, signer bytea, by_signature bytea
) returns integer
language plpgsql security definer set search_path = public as $$
declare
  gone integer;
begin
  if exists (
    select 1 from audit where site_id = site and sequence <= last_sequence
      and audit.at > now() - interval '28 days') then
    raise exception 'acts of the last four weeks are not removed' using errcode = 'insufficient_privilege';
  end if;
  insert into audit_checkpoint as held (site_id, sequence, hash, signed_at, key_id, signature)
  values (site, last_sequence, last_hash, at, signer, by_signature)
  on conflict (site_id) do update set sequence = excluded.sequence, hash = excluded.hash,
    signed_at = excluded.signed_at, key_id = excluded.key_id, signature = excluded.signature
    where held.sequence < excluded.sequence;
  delete from audit where site_id = site and sequence <= last_sequence;
  get diagnostics gone = row_count;
  return gone;
end $$;

-- Removes the signed heads of days that ended before a moment. @returns how many
create function audit_forget_heads(before timestamptz) returns integer
language plpgsql security definer set search_path = public as $$
declare
  gone integer;
begin
  if before > now() - interval '28 days' then
    raise exception 'heads of the last four weeks are not removed' using errcode = 'insufficient_privilege';
  end if;
  delete from audit_signed_head where (day + 1)::timestamp at time zone 'UTC' < before;
  get diagnostics gone = row_count;
  return gone;
end $$;

revoke execute on function audit_cut(text, bigint, bytea, timestamptz, bytea, bytea) from public;
revoke execute on function audit_forget_heads(timestamptz) from public;
grant execute on function audit_cut(text, bigint, bytea, timestamptz, bytea, bytea) to sidep_application;
grant execute on function audit_forget_heads(timestamptz) to sidep_application;
