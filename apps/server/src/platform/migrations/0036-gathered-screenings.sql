-- Screenings of several sites in one call, for a PostgreSQL that has all sites: those that came while a call was under way
-- go together in the next (docs/adr/0079). Each has all of it, or all of none has any, as `record_screenings` has of one site; a
-- cluster calls that one for each site.
--
-- `entries` has what those of `record_screenings` have, and each its site, its session's columns, its moment, and the genesis of
-- its chain; none is there twice. @returns the places, from 1, of those that are new
create function record_gathered(entries jsonb) returns bigint[]
language plpgsql as $$
declare
  stored bigint[];
  entry record;
  current_site text := '';
  number bigint;
  link bytea;
  places bigint[] := '{}';
  numbers bigint[] := '{}';
  links bytea[] := '{}';
begin
  -- What somebody holds of one site must not keep the others: they are then tried one by one.
  perform set_config('lock_timeout', '1s', true);

  -- Rows before chains, both in order, as everywhere: no two calls wait for each other.
  with given as materialized (
    select * from rows from (jsonb_to_recordset(entries) as (
      site_id text, counter_id text, door text, recorded_at timestamptz, id uuid, professional_id text, state text,
      kind text, disease text, device text, sampled_at timestamptz, result text, result_at timestamptz,
      final_at timestamptz, catch_up boolean, reason text, symptoms text, symptoms_onset date, department text,
      late_reason text, held_by text, request_digest bytea, person_hash bytea, key_id integer, sealed bytea
    )) with ordinality as given (
      site_id, counter_id, door, recorded_at, id, professional_id, state,
      kind, disease, device, sampled_at, result, result_at,
      final_at, catch_up, reason, symptoms, symptoms_onset, department,
      late_reason, held_by, request_digest, person_hash, key_id, sealed, place)
  ), inserted as (
    insert into screening (
      site_id, counter_id, door, recorded_at, id, professional_id, state, kind, disease, device, sampled_at, result,
      result_at, final_at, catch_up, reason, symptoms, symptoms_onset, department, late_reason, held_by,
      request_digest, person_hash, key_id, sealed)
    select site_id, counter_id, door, recorded_at, id, professional_id, state, kind, disease, device, sampled_at, result,
      result_at, final_at, catch_up, reason, symptoms, symptoms_onset, department, late_reason, held_by,
      request_digest, person_hash, key_id, sealed
    from given order by site_id, id
    on conflict (site_id, id) do nothing returning site_id, id
  )
  select array_agg(place) into stored from given join inserted using (site_id, id);
  if stored is null then
    return '{}';
  end if;

  insert into audit_head (site_id, sequence, hash)
  select distinct on (site_id) site_id, 0, genesis
  from jsonb_to_recordset(entries) as given (site_id text, genesis bytea)
  where not exists (select from audit_head head where head.site_id = given.site_id)
  order by site_id
  on conflict do nothing;

  -- hash(n) = SHA-256(hash(n−1) ‖ n ‖ digest(n)), as apps/server/src/audit/chain.ts says.
  for entry in
    select given.site_id, given.place, given.digest, head.sequence, head.hash
    from rows from (jsonb_to_recordset(entries) as (site_id text, digest bytea))
      with ordinality as given (site_id, digest, place)
    join audit_head head on head.site_id = given.site_id
    where given.place = any(stored)
    order by given.site_id, given.place
    for no key update of head
  loop
    if entry.site_id <> current_site then
      current_site := entry.site_id;
      number := entry.sequence;
      link := entry.hash;
    end if;
    number := number + 1;
    link := sha256(link || int8send(number) || entry.digest);
    places := places || entry.place;
    numbers := numbers || number;
    links := links || link;
  end loop;

  with given as materialized (
    select given.*, chained.sequence, chained.hash
    from rows from (jsonb_to_recordset(entries) as (
      site_id text, counter_id text, door text, recorded_at timestamptz, id uuid, professional_id text,
      uvci text, issued_at timestamptz, expires_at timestamptz, certificate_key_id integer, certificate_sealed bytea,
      retrieval_hash bytea, retrieval_expires_at timestamptz, topics jsonb, flags jsonb, late_reason text,
      act text, subject text, operator_id text, extended boolean
    )) with ordinality as given (
      site_id, counter_id, door, recorded_at, id, professional_id,
      uvci, issued_at, expires_at, certificate_key_id, certificate_sealed,
      retrieval_hash, retrieval_expires_at, topics, flags, late_reason,
      act, subject, operator_id, extended, place)
    join unnest(places, numbers, links) as chained (place, sequence, hash) using (place)
  ), certified as (
    insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
    select site_id, id, 1, uvci, issued_at, expires_at, certificate_key_id, certificate_sealed
    from given where uvci is not null
  ), linked as (
    insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
    select site_id, retrieval_hash, id, 1, recorded_at, retrieval_expires_at
    from given where retrieval_hash is not null
  ), told as (
    insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
    select site_id, id, topic, 1, recorded_at, recorded_at
    from given, jsonb_array_elements_text(topics) as topic
  ), flagged as (
    insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
    select site_id, id, code, professional_id, counter_id, recorded_at, late_reason
    from given, jsonb_array_elements_text(flags) as code
    on conflict do nothing
  ), ends as (
    select distinct on (site_id) site_id, sequence, hash from given order by site_id, sequence desc
  ), moved as (
    update audit_head head set sequence = ends.sequence, hash = ends.hash from ends where head.site_id = ends.site_id
  )
  insert into audit (
    site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash)
  select site_id, sequence, recorded_at, act, professional_id, counter_id, door, subject, operator_id, extended, hash
  from given;
  return stored;
end $$;

revoke execute on function record_gathered(jsonb) from public;
grant execute on function record_gathered(jsonb) to sidep_application;
