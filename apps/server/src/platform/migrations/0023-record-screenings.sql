-- The one write of new screenings: those that one session of one site sends together, each with its certificate, link,
-- messages, flags and row of the audit chain, or none of it; what is there already is passed over. One call with the site
-- first, so that a cluster runs it where the site is (docs/adr/0011). It runs with the rights of who calls it.
--
-- `entries` is an array of objects with the names of columns, so that a server of before or after a change of columns can
-- call it. @returns the ids that are new
create function record_screenings(
  site text, recorded timestamptz, counter text, door text, extended boolean, genesis bytea, entries jsonb
) returns uuid[]
language plpgsql as $$
declare
  stored uuid[];
  entry jsonb;
begin
  -- All of them before the chain is locked, in the order of their ids: whoever sets a result or confirms one locks in this
  -- order too, so that no two wait for each other.
  with inserted as (
    insert into screening (
      site_id, counter_id, door, recorded_at, id, professional_id, state, kind, disease, device, sampled_at, result,
      result_at, final_at, catch_up, reason, symptoms, symptoms_onset, department, late_reason, held_by,
      request_digest, person_hash, key_id, sealed)
    select site, counter, door, recorded, given.*
    from jsonb_to_recordset(entries) as given (
      id uuid, professional_id text, state text, kind text, disease text, device text, sampled_at timestamptz,
      result text, result_at timestamptz, final_at timestamptz, catch_up boolean, reason text, symptoms text,
      symptoms_onset date, department text, late_reason text, held_by text,
      request_digest bytea, person_hash bytea, key_id integer, sealed bytea)
    order by given.id
    on conflict (site_id, id) do nothing returning id
  )
  select array_agg(id) into stored from inserted;
  if stored is null then
    return '{}';
  end if;

  with given as materialized (
    select * from jsonb_to_recordset(entries) as given (
      id uuid, uvci text, issued_at timestamptz, expires_at timestamptz, certificate_key_id integer,
      certificate_sealed bytea, retrieval_hash bytea, retrieval_expires_at timestamptz, topics jsonb)
    where id = any(stored)
  ), certified as (
    insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
    select site, id, 1, uvci, issued_at, expires_at, certificate_key_id, certificate_sealed
    from given where uvci is not null
  ), linked as (
    insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
    select site, retrieval_hash, id, 1, recorded, retrieval_expires_at from given where retrieval_hash is not null
  )
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, id, topic, 1, recorded, recorded from given, jsonb_array_elements_text(topics) as topic;

  for place in 0 .. jsonb_array_length(entries) - 1 loop
    entry := entries -> place;
    continue when (entry ->> 'id')::uuid <> all (stored);
    if entry ? 'flags' then
      insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
      select site, (entry ->> 'id')::uuid, code, entry ->> 'professional_id', counter, recorded, entry ->> 'late_reason'
      from jsonb_array_elements_text(entry -> 'flags') as code
      on conflict do nothing;
    end if;
    -- hash(n) = SHA-256(hash(n−1) ‖ n ‖ digest(n)), as apps/server/src/audit/chain.ts says.
    with link as (
      insert into audit_head as head (site_id, sequence, hash)
      values (site, 1, sha256(genesis || int8send(1) || (entry ->> 'digest')::bytea))
      on conflict (site_id) do update set sequence = head.sequence + 1,
        hash = sha256(head.hash || int8send(head.sequence + 1) || (entry ->> 'digest')::bytea)
      returning head.sequence, head.hash
    )
    insert into audit (
      site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash)
    select site, sequence, recorded, entry ->> 'act', entry ->> 'professional_id', counter, door,
      entry ->> 'subject', entry ->> 'operator_id', extended, hash from link;
  end loop;
  return stored;
end $$;

revoke execute on function record_screenings(text, timestamptz, text, text, boolean, bytea, jsonb) from public;
grant execute on function record_screenings(text, timestamptz, text, text, boolean, bytea, jsonb) to sidep_application;
