-- The one write of new screenings of a site: each with its certificate, link, messages, flags and row of the chain, or none of
-- any; what is there already is passed over. As `record_screenings` (0023), of whatever sessions, and in statements that a
-- cluster plans on the machine of the site: no common table expression that all else hangs on, and for a few screenings one
-- row of one table each, which costs there a third of what sets of rows do and on one machine the same. From nine on sets
-- cost less on both.
--
-- `entries` is what `record_gathered` (0036) reads; none is there twice. Rows are locked in the order of their ids before the chain is,
-- as everywhere; the chain has them in the order in which they came. @returns the ids that are new
create function record_screenings_2(site text, genesis bytea, entries jsonb) returns uuid[]
language plpgsql as $$
declare
  rows_max constant integer := 8;
  stored uuid[] := '{}';
  entry record;
  word text;
begin
  if jsonb_array_length(entries) <= rows_max then
    for entry in
      select given.* from jsonb_to_recordset(entries) as given (
        counter_id text, door text, recorded_at timestamptz, id uuid, professional_id text, state text,
        kind text, disease text, device text, sampled_at timestamptz, result text, result_at timestamptz,
        final_at timestamptz, catch_up boolean, reason text, symptoms text, symptoms_onset date, department text,
        late_reason text, held_by text, request_digest bytea, person_hash bytea, key_id integer, sealed bytea)
      order by given.id
    loop
      insert into screening (
        site_id, counter_id, door, recorded_at, id, professional_id, state, kind, disease, device, sampled_at, result,
        result_at, final_at, catch_up, reason, symptoms, symptoms_onset, department, late_reason, held_by,
        request_digest, person_hash, key_id, sealed)
      values (site, entry.counter_id, entry.door, entry.recorded_at, entry.id, entry.professional_id, entry.state,
        entry.kind, entry.disease, entry.device, entry.sampled_at, entry.result, entry.result_at, entry.final_at,
        entry.catch_up, entry.reason, entry.symptoms, entry.symptoms_onset, entry.department, entry.late_reason,
        entry.held_by, entry.request_digest, entry.person_hash, entry.key_id, entry.sealed)
      on conflict (site_id, id) do nothing;
      if found then
        stored := stored || entry.id;
      end if;
    end loop;

    for entry in
      select given.* from jsonb_to_recordset(entries) as given (
        id uuid, professional_id text, counter_id text, recorded_at timestamptz, late_reason text, uvci text,
        issued_at timestamptz, expires_at timestamptz, certificate_key_id integer, certificate_sealed bytea,
        retrieval_hash bytea, retrieval_expires_at timestamptz, topics jsonb, flags jsonb)
      where given.id = any(stored)
    loop
      if entry.uvci is not null then
        insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
        values (site, entry.id, 1, entry.uvci, entry.issued_at, entry.expires_at, entry.certificate_key_id,
          entry.certificate_sealed);
      end if;
      if entry.retrieval_hash is not null then
        insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
        values (site, entry.retrieval_hash, entry.id, 1, entry.recorded_at, entry.retrieval_expires_at);
      end if;
      for word in select jsonb_array_elements_text(entry.topics) loop
        insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
        values (site, entry.id, word, 1, entry.recorded_at, entry.recorded_at);
      end loop;
      for word in select jsonb_array_elements_text(entry.flags) loop
        insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
        values (site, entry.id, word, entry.professional_id, entry.counter_id, entry.recorded_at,
          entry.late_reason)
        on conflict do nothing;
      end loop;
    end loop;
  else
    with inserted as (
      insert into screening (
        site_id, counter_id, door, recorded_at, id, professional_id, state, kind, disease, device, sampled_at, result,
        result_at, final_at, catch_up, reason, symptoms, symptoms_onset, department, late_reason, held_by,
        request_digest, person_hash, key_id, sealed)
      select site, given.*
      from jsonb_to_recordset(entries) as given (
        counter_id text, door text, recorded_at timestamptz, id uuid, professional_id text, state text,
        kind text, disease text, device text, sampled_at timestamptz, result text, result_at timestamptz,
        final_at timestamptz, catch_up boolean, reason text, symptoms text, symptoms_onset date, department text,
        late_reason text, held_by text, request_digest bytea, person_hash bytea, key_id integer, sealed bytea)
      order by given.id
      on conflict (site_id, id) do nothing returning id
    )
    select coalesce(array_agg(id), '{}') into stored from inserted;
    insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
    select site, given.id, 1, given.uvci, given.issued_at, given.expires_at, given.certificate_key_id,
      given.certificate_sealed
    from jsonb_to_recordset(entries) as given (
      id uuid, uvci text, issued_at timestamptz, expires_at timestamptz, certificate_key_id integer,
      certificate_sealed bytea)
    where given.id = any(stored) and given.uvci is not null;
    insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
    select site, given.retrieval_hash, given.id, 1, given.recorded_at, given.retrieval_expires_at
    from jsonb_to_recordset(entries) as given (
      id uuid, recorded_at timestamptz, retrieval_hash bytea, retrieval_expires_at timestamptz)
    where given.id = any(stored) and given.retrieval_hash is not null;
    insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
    select site, given.id, topic, 1, given.recorded_at, given.recorded_at
    from jsonb_to_recordset(entries) as given (id uuid, recorded_at timestamptz, topics jsonb),
      jsonb_array_elements_text(given.topics) as topic
    where given.id = any(stored);
    insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
    select site, given.id, code, given.professional_id, given.counter_id, given.recorded_at, given.late_reason
    from jsonb_to_recordset(entries) as given (
      id uuid, professional_id text, counter_id text, recorded_at timestamptz, late_reason text, flags jsonb),
      jsonb_array_elements_text(given.flags) as code
    where given.id = any(stored)
    on conflict do nothing;
  end if;

  for entry in
    select given.* from jsonb_to_recordset(entries) as given (
      id uuid, recorded_at timestamptz, professional_id text, counter_id text, door text, extended boolean,
      act text, subject text, operator_id text, digest bytea)
    where given.id = any(stored)
  loop
    perform audit_append_1(site, entry.recorded_at, genesis, to_jsonb(entry));
  end loop;
  return stored;
end $$;

revoke execute on function record_screenings_2(text, bytea, jsonb) from public;
grant execute on function record_screenings_2(text, bytea, jsonb) to sidep_application;
