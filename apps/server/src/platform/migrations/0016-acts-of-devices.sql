-- What weighs more than a session's cookie. Small tables, on a cluster reference tables, but for `site_notice`.

-- Signed acts that were taken: each is done once, whichever process hears it. Rows of minutes.
create table device_proof (
  session_id text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (session_id, nonce)
);
create index device_proof_by_expiry on device_proof (expires_at);

-- Which session a booklet was given in, so that it ends with it: a session's end knows no site.
create table booklet_holder (
  site_id text not null,
  booklet_id text not null,
  session_id text not null,
  -- Who is signed in, and who answers for what they do.
  person_id text not null,
  responsible_id text not null,
  -- Device key of the session: the counter. First 8 bytes of the thumbprint of the key that signs from the booklet.
  device text not null,
  counter_key_id bytea not null,
  delegation_id text,
  signed_in_at timestamptz not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- When the counter took another in its place; and when its session ended, in whole seconds.
  replaced_at timestamptz,
  ended_at timestamptz,
  primary key (site_id, booklet_id)
);
create index booklet_holder_by_session on booklet_holder (session_id) where ended_at is null;
create index booklet_holder_by_person on booklet_holder (person_id) where ended_at is null;
create index booklet_holder_by_responsible on booklet_holder (responsible_id) where ended_at is null;
create index booklet_holder_by_device on booklet_holder (device) where ended_at is null;
create index booklet_holder_by_end on booklet_holder (expires_at);

-- 'ended': the subject is the id of a counter's key. What was signed until `withdrawn_at`, in whole seconds, stays good;
-- what was signed afterwards from booklets given until then does not.
alter table continuity_withdrawal drop constraint continuity_withdrawal_kind_check;
alter table continuity_withdrawal add constraint continuity_withdrawal_kind_check
  check (kind in ('booklet', 'ended', 'site', 'all', 'slip', 'slip-site'));
-- Taken back: it withdraws nothing any more.
alter table continuity_withdrawal add column undone_at timestamptz;

-- Acts on a whole site, told to everybody who answers for what is done there, and taken back by any of them.
create table site_notice (
  site_id text not null,
  id uuid not null,
  kind text not null check (kind in ('booklets-withdrawn', 'slips-cancelled')),
  reason text not null,
  by_id text not null,
  by_name text not null,
  at timestamptz not null,
  undone_at timestamptz,
  undone_by text,
  primary key (site_id, id)
);
