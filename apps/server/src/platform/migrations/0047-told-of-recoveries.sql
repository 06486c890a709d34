-- A person is told that the certificate of recovery which was asked for at their link is there: a message of its own, since it may
-- have been asked for by somebody else who has the link and knows the birth date.

-- Stores a certificate of recovery as `store_recovery` does, with the messages about it (topics).
-- @returns false, and stores nothing, when the screening is another by now, or there is one already
create function store_recovery_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
begin
  if not store_recovery(site, entry, moment, genesis, act) then
    return false;
  end if;
  perform send_messages_1(site, entry, moment, act -> 'topics');
  return true;
end $$;

do $$
begin
  revoke execute on function store_recovery_1(text, timestamptz, bytea, jsonb) from public;
  grant execute on function store_recovery_1(text, timestamptz, bytea, jsonb) to sidep_application;
end $$;
