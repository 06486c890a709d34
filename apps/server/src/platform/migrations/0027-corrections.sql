-- Putting a screening right, taking it back, and what verifiers refuse because of it. A screening stays as it was entered;
-- each correction is a row with all that it says instead, and `current_screening` shows the one in force.

-- How many corrections there are: who corrects or settles says how many they know of, so that of two one is refused.
alter table screening add column corrections smallint not null default 0;

create table correction (
  site_id text not null,
  screening_id uuid not null,
  -- 2 for the first correction; also the number of the certificate that it brings.
  number smallint not null check (number > 1),
  -- Made by the client: the same request again answers the same.
  id uuid not null,
  reason text not null,
  professional_id text not null,
  operator_id text,
  counter_id text,
  door text not null,
  corrected_at timestamptz not null,
  request_digest bytea not null,
  device text not null,
  sampled_at timestamptz not null,
  -- Null while the screening waits for its result.
  result text check (result in ('negative', 'positive', 'inconclusive')),
  person_hash bytea not null,
  -- As in `screening`; context 'correction|site|id|number'.
  key_id integer not null,
  sealed bytea not null,
  primary key (site_id, screening_id, number)
);
create index correction_by_person on correction (site_id, person_hash);

create table screening_withdrawal (
  site_id text not null,
  screening_id uuid not null,
  id uuid not null,
  reason text not null,
  professional_id text not null,
  operator_id text,
  counter_id text,
  door text not null,
  withdrawn_at timestamptz not null,
  primary key (site_id, screening_id)
);

-- Certificates of ours that no longer count, by the hashes that verifiers compare. Nothing of a person is in it: it stays
-- for as long as the certificate would have been good.
create table certificate_revocation (
  site_id text not null,
  screening_id uuid not null,
  number smallint not null,
  revoked_at timestamptz not null,
  -- 'corrected', 'withdrawn', or what operations said.
  reason text not null,
  -- SHA-256 of the upper-case country and identifier of the EU certificate; null where there was none.
  hcert_hash bytea,
  -- SHA-256 of the 2D-DOC text before its signature.
  twoddoc_hash bytea not null,
  expires_at timestamptz not null,
  primary key (site_id, screening_id, number)
);
create index certificate_revocation_by_time on certificate_revocation (revoked_at);

-- Screenings as they are now.
create view current_screening as
  select s.site_id, s.id, s.state, s.kind, s.disease, s.recorded_at, s.request_digest, s.retrieval_generation,
    s.held_by, s.confirmed_at, s.erased_at, s.corrections,
    coalesce(c.device, s.device) as device, coalesce(c.sampled_at, s.sampled_at) as sampled_at,
    coalesce(c.result, s.result) as result, coalesce(c.person_hash, s.person_hash) as person_hash,
    coalesce(c.key_id, s.key_id) as key_id, coalesce(c.sealed, s.sealed) as sealed,
    c.corrected_at, c.reason as correction_reason,
    w.withdrawn_at, w.id as withdrawal_id, w.reason as withdrawal_reason
  from screening s
  left join correction c on s.corrections > 0
    and c.site_id = s.site_id and c.screening_id = s.id and c.number = s.corrections + 1
  left join screening_withdrawal w on w.site_id = s.site_id and w.screening_id = s.id;

-- Appends one row to the chain of a site: hash(n) = SHA-256(hash(n−1) ‖ n ‖ digest(n)), as apps/server/src/audit/chain.ts
-- says.
create function audit_append(site text, genesis bytea, done_at timestamptz, facts jsonb) returns void
language sql as $$
  with link as (
    insert into audit_head as head (site_id, sequence, hash)
    values (site, 1, sha256(genesis || int8send(1) || (facts ->> 'digest')::bytea))
    on conflict (site_id) do update set sequence = head.sequence + 1,
      hash = sha256(head.hash || int8send(head.sequence + 1) || (facts ->> 'digest')::bytea)
    returning head.sequence, head.hash
  )
  insert into audit (
    site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash)
  select site, sequence, done_at, facts ->> 'act', facts ->> 'professional_id', facts ->> 'counter_id',
    facts ->> 'door', facts ->> 'subject', facts ->> 'operator_id', (facts ->> 'extended')::boolean, hash from link;
$$;

-- What a change of a screening leaves besides itself: the old certificate revoked, the person told, flags, the audit row.
-- `change` has the names of columns. Called by the two functions below, under the screening's lock.
create function finish_screening_change(
  site text, screening uuid, changed_at timestamptz, genesis bytea, change jsonb
) returns void
language plpgsql as $$
begin
  insert into certificate_revocation (
    site_id, screening_id, number, revoked_at, reason, hcert_hash, twoddoc_hash, expires_at)
  select site, screening, c.number, changed_at, change ->> 'revocation_reason', (change ->> 'hcert_hash')::bytea,
    (change ->> 'twoddoc_hash')::bytea, c.expires_at
  from certificate c
  where c.site_id = site and c.screening_id = screening and c.number = (change ->> 'revoked_number')::smallint
  on conflict do nothing;

  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, screening, topic, 1 + coalesce((
    select max(o.number) from outbox o where o.site_id = site and o.screening_id = screening and o.topic = wanted.topic), 0),
    changed_at, changed_at
  from jsonb_array_elements_text(change -> 'topics') as wanted (topic);

  insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at, reason)
  select site, screening, code, change ->> 'professional_id', change ->> 'counter_id', changed_at, change ->> 'reason'
  from jsonb_array_elements_text(change -> 'flags') as code
  on conflict do nothing;

  perform audit_append(site, genesis, changed_at, change);
end $$;

-- Puts a screening right. @returns false, and changes nothing, when another version or state is in force than `change` says
create function correct_screening(
  site text, screening uuid, changed_at timestamptz, genesis bytea, change jsonb
) returns boolean
language plpgsql as $$
declare
  replaced smallint := (change ->> 'replaces')::smallint;
begin
  perform from screening s where s.site_id = site and s.id = screening and s.erased_at is null
    and s.corrections = replaced - 1 and s.state = change ->> 'state'
    -- A link that was renewed meanwhile went to the old contact.
    and (not change ? 'retrieval_hash' or s.retrieval_generation = (change ->> 'retrieval_generation')::smallint - 1)
    for update;
  if not found then
    return false;
  end if;
  if exists (select from screening_withdrawal w where w.site_id = site and w.screening_id = screening) then
    return false;
  end if;

  update screening s set corrections = replaced, held_by = change ->> 'held_by', confirmed_at = null, confirmed_by = null,
    retrieval_generation = s.retrieval_generation + (change ? 'retrieval_hash')::int
  where s.site_id = site and s.id = screening;

  insert into correction (
    site_id, screening_id, number, id, reason, professional_id, operator_id, counter_id, door, corrected_at,
    request_digest, device, sampled_at, result, person_hash, key_id, sealed)
  select site, screening, replaced + 1, given.id, given.reason, given.professional_id, given.operator_id,
    given.counter_id, given.door, changed_at, given.request_digest, given.device, given.sampled_at, given.result,
    given.person_hash, given.key_id, given.sealed
  from jsonb_to_record(change) as given (
    id uuid, reason text, professional_id text, operator_id text, counter_id text, door text, request_digest bytea,
    device text, sampled_at timestamptz, result text, person_hash bytea, key_id integer, sealed bytea);

  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  select site, screening, replaced + 1, given.uvci, given.issued_at, given.expires_at, given.certificate_key_id,
    given.certificate_sealed
  from jsonb_to_record(change) as given (
    uvci text, issued_at timestamptz, expires_at timestamptz, certificate_key_id integer, certificate_sealed bytea)
  where given.uvci is not null;

  -- The way to somebody else's phone was wrong: what went there opens nothing any more.
  if change ? 'retrieval_hash' then
    delete from retrieval r where r.site_id = site and r.screening_id = screening;
    insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
    values (site, (change ->> 'retrieval_hash')::bytea, screening, (change ->> 'retrieval_generation')::smallint,
      changed_at, (change ->> 'retrieval_expires_at')::timestamptz);
  end if;

  if change ->> 'held_by' is null then
    update continuity_flag f set resolved_at = changed_at
    where f.site_id = site and f.screening_id = screening and f.code = 'POSITIVE_LATE' and f.resolved_at is null;
  end if;
  perform finish_screening_change(site, screening, changed_at, genesis, change);
  return true;
end $$;

-- Takes a screening back. @returns as `correct_screening`
create function withdraw_screening(
  site text, screening uuid, changed_at timestamptz, genesis bytea, change jsonb
) returns boolean
language plpgsql as $$
begin
  perform from screening s where s.site_id = site and s.id = screening and s.erased_at is null
    and s.corrections = (change ->> 'replaces')::smallint - 1 and s.state = change ->> 'state' for update;
  if not found then
    return false;
  end if;
  insert into screening_withdrawal (
    site_id, screening_id, id, reason, professional_id, operator_id, counter_id, door, withdrawn_at)
  select site, screening, given.id, given.reason, given.professional_id, given.operator_id, given.counter_id, given.door,
    changed_at
  from jsonb_to_record(change) as given (
    id uuid, reason text, professional_id text, operator_id text, counter_id text, door text)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform finish_screening_change(site, screening, changed_at, genesis, change);
  return true;
end $$;

do $$
declare
  signature text;
begin
  foreach signature in array array[
    'audit_append(text, bytea, timestamptz, jsonb)',
    'finish_screening_change(text, uuid, timestamptz, bytea, jsonb)',
    'correct_screening(text, uuid, timestamptz, bytea, jsonb)',
    'withdraw_screening(text, uuid, timestamptz, bytea, jsonb)'
  ] loop
    execute format('revoke execute on function %s from public', signature);
    execute format('grant execute on function %s to sidep_application', signature);
  end loop;
end $$;
