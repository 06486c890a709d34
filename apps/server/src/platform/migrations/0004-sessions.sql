-- Open sessions. None of these tables grows with the number of tests: all are small, and on a cluster reference
-- tables, but for `delegation`, which belongs to its site.

-- Who was at the keyboard, when it was not the professional who answers for the act; and whether the session
-- had been carried past its normal life because no door was open.
alter table audit add column operator_id text;
alter table audit add column extended boolean not null default false;

-- What is no longer accepted although its token is still good. Processes read it every few seconds into memory.
create table session_revocation (
  -- 'session', 'professional', 'device', 'provider-session', 'provider-subject', 'delegation'
  kind text not null,
  subject text not null,
  -- Sessions whose strong sign-in is not later than this are over.
  revoked_before timestamptz not null,
  -- The session from which all others were ended, when there is one.
  except_session_id text,
  reason text not null,
  revoked_at timestamptz not null,
  -- No session that this could end is still open then.
  expires_at timestamptz not null,
  -- Of the database's own clock: what a process has not read yet.
  written_at timestamptz not null default clock_timestamp(),
  primary key (kind, subject)
);
create index session_revocation_by_writing on session_revocation (written_at);
create index session_revocation_by_expiry on session_revocation (expires_at);

-- What each process last found of each door.
create table door_report (
  door text not null,
  process_id text not null,
  state text not null check (state in ('up', 'down')),
  -- Since when this process finds it so.
  since timestamptz not null,
  reported_at timestamptz not null,
  primary key (door, process_id)
);

-- A person on duty says that a door is shut, or open, whatever the probes say; until `ends_at`.
create table door_switch (
  door text primary key,
  state text not null check (state in ('up', 'down')),
  reason text not null,
  set_by text not null,
  set_at timestamptz not null,
  ends_at timestamptz not null
);

-- The last good description and keys of an identity provider, sealed so that who can write to the database
-- cannot put keys of their own in their place.
create table provider_memory (
  issuer text primary key,
  key_id integer not null,
  sealed bytea not null,
  fetched_at timestamptz not null
);

-- Sign-ins begun on somebody's phone, counted a window: by national id and by address, as keyed hashes.
create table sign_in_attempt (
  bucket bytea primary key,
  window_started_at timestamptz not null,
  attempts integer not null
);
create index sign_in_attempt_by_window on sign_in_attempt (window_started_at);

-- A professional lets a member of the staff work under their responsibility at a site, for a time.
create table delegation (
  site_id text not null,
  id uuid not null,
  responsible_id text not null,
  responsible_family_name text not null,
  responsible_first_names text not null,
  responsible_profession text not null,
  -- National id (`8` + RPPS) or the id on a pharmacy employee's card.
  staff_id text not null,
  -- How the responsible calls them, sealed: context 'delegation|site|id'.
  key_id integer not null,
  sealed bytea not null,
  created_at timestamptz not null,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  primary key (site_id, id)
);
create index delegation_by_staff on delegation (site_id, staff_id);

-- Where to look for somebody's delegations at their sign-in: a reference table of staff and sites.
create table delegation_pointer (
  staff_id text not null,
  site_id text not null,
  ends_at timestamptz not null,
  primary key (staff_id, site_id)
);
