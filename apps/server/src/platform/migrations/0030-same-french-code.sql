-- The French code is known by the hash of what it says. A correction that it does not show (device, phone) brings one that
-- says the same on the same day: revoking the old one would revoke the new one with it.
alter table certificate_revocation alter column twoddoc_hash drop not null;

-- As in migration 0027; and what is said again by the new certificate is no longer revoked: a name that was corrected, and
-- corrected back. No filter has it yet, since filters cover what was issued until the day before.
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
