-- Proof of a recovery, issued when the person asks for it: one of each version of a positive screening, that ends with it.
create table recovery_certificate (
  site_id text not null,
  screening_id uuid not null,
  -- Of the screening: 1 as it was entered, one more with each correction.
  number smallint not null,
  uvci text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- SHA-256 by which it is revoked, and the key id of whoever signed it: no person is in them.
  hcert_hash bytea not null,
  signer text not null,
  -- Code and days: JSON, context 'recovery|site|screening|number'.
  key_id integer not null,
  sealed bytea not null,
  primary key (site_id, screening_id, number)
);
create index recovery_certificate_by_issue on recovery_certificate using brin (issued_at);

-- A version of a screening can have two certificates to revoke.
alter table certificate_revocation add column kind text not null default 'test' check (kind in ('test', 'recovery'));
alter table certificate_revocation drop constraint certificate_revocation_pkey;
alter table certificate_revocation add primary key (site_id, screening_id, number, kind);

-- As in migration 0030; and what was issued of a recovery ends with the version that it is of.
create or replace function finish_screening_change(
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

  insert into certificate_revocation (
    site_id, screening_id, number, kind, revoked_at, reason, hcert_hash, expires_at)
  select site, screening, r.number, 'recovery', changed_at, change ->> 'revocation_reason', r.hcert_hash, r.expires_at
  from recovery_certificate r
  where r.site_id = site and r.screening_id = screening
  on conflict do nothing;

  update certificate_revocation r set twoddoc_hash = null
  where r.site_id = site and r.screening_id = screening and r.twoddoc_hash = (change ->> 'twoddoc_said_again')::bytea;

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

-- Stores a certificate of recovery with its audit row, under the screening's lock: a correction or a withdrawal comes before
-- it, and then there is none, or after it, and then ends it. `recovery` has the names of columns.
-- @returns false, and stores nothing, when the screening is another by now, or there is one already
create function store_recovery(
  site text, screening uuid, issued timestamptz, genesis bytea, recovery jsonb
) returns boolean
language plpgsql as $$
begin
  perform from screening s where s.site_id = site and s.id = screening and s.erased_at is null and s.state = 'final'
    and s.corrections = (recovery ->> 'number')::smallint - 1 and (s.held_by is null or s.confirmed_at is not null)
    for update;
  if not found then
    return false;
  end if;
  if exists (select from screening_withdrawal w where w.site_id = site and w.screening_id = screening) then
    return false;
  end if;
  insert into recovery_certificate (
    site_id, screening_id, number, uvci, issued_at, expires_at, hcert_hash, signer, key_id, sealed)
  select site, screening, given.number, given.uvci, issued, given.expires_at, given.hcert_hash, given.signer, given.key_id,
    given.sealed
  from jsonb_to_record(recovery) as given (
    number smallint, uvci text, expires_at timestamptz, hcert_hash bytea, signer text, key_id integer, sealed bytea)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform audit_append(site, genesis, issued, recovery);
  return true;
end $$;

do $$
begin
  revoke execute on function store_recovery(text, uuid, timestamptz, bytea, jsonb) from public;
  grant execute on function store_recovery(text, uuid, timestamptz, bytea, jsonb) to sidep_application;
end $$;
