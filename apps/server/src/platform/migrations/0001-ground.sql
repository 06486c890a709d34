-- Every table that grows has the site first in its primary key and is queried by it; no foreign keys or
-- sequences across sites (docs/architecture.md, "One SQL, three sizes"). PostgreSQL 15 is enough.
-- Identity data is in `sealed` columns alone: AES-256-GCM under the data key `key_id` (platform/vault.ts).

-- Reference tables: small, the same everywhere.

create table data_key (
  id integer generated always as identity primary key,
  period text not null unique,
  wrapped bytea not null,
  created_at timestamptz not null
);

-- Professionals and their sites, as the public directory and the identity provider name them. This is public
-- (annuaire.sante.fr, libre accès), unlike anything about a person tested.
create table professional (
  id text primary key,
  family_name text not null,
  first_names text not null,
  profession text not null,
  source text not null,
  updated_at timestamptz not null
);

create table site (
  id text primary key,
  name text not null,
  postal_code text,
  source text not null,
  updated_at timestamptz not null
);

create table professional_site (
  professional_id text not null,
  site_id text not null,
  profession text not null,
  source text not null,
  updated_at timestamptz not null,
  primary key (professional_id, site_id)
);
create index professional_site_by_site on professional_site (site_id);

create table directory_import (
  id uuid primary key,
  file_digest bytea not null,
  lines integer not null,
  professionals integer not null,
  sites integer not null,
  refused integer not null,
  started_at timestamptz not null,
  finished_at timestamptz
);

-- What may be entered: data, not code. Seeded from platform/reference-data at each start.

create table test_kind (
  code text primary key,
  dcc_test_type text not null,
  loinc text not null,
  label_fr text not null,
  label_en text not null,
  at_counter boolean not null,
  minutes_to_result integer not null,
  position integer not null
);

create table disease (
  code text primary key,
  label_fr text not null,
  label_en text not null,
  position integer not null
);

create table device (
  id text primary key,
  maker text not null,
  name text not null,
  valid_from date,
  valid_until date
);

-- Growing tables.

create table screening (
  site_id text not null,
  id uuid not null,
  professional_id text not null,
  counter_id text,
  door text not null,
  state text not null check (state in ('waiting', 'final')),
  kind text not null,
  disease text not null,
  device text not null,
  sampled_at timestamptz not null,
  recorded_at timestamptz not null,
  result text check (result in ('negative', 'positive', 'inconclusive')),
  result_at timestamptz,
  final_at timestamptz,
  catch_up boolean not null,
  reason text,
  symptoms text,
  symptoms_onset date,
  department text,
  -- HMAC of the request as sent: the same id with another body is refused.
  request_digest bytea not null,
  -- HMAC of name (letters only, without marks) and birth date, to find a person without reading names.
  person_hash bytea not null,
  retrieval_generation smallint not null default 1,
  -- Person, contact, device name: JSON, context 'screening|site|id'.
  key_id integer not null,
  sealed bytea not null,
  primary key (site_id, id),
  check ((state = 'final') = (result is not null))
);
create index screening_by_time on screening (site_id, recorded_at desc);
create index screening_waiting on screening (site_id, recorded_at) where state = 'waiting';
create index screening_by_person on screening (site_id, person_hash);

create table certificate (
  site_id text not null,
  screening_id uuid not null,
  -- 1 for the first; a correction adds the next.
  number smallint not null,
  uvci text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  -- Both code texts carry name and birth date: JSON, context 'certificate|site|screening|number'.
  key_id integer not null,
  sealed bytea not null,
  primary key (site_id, screening_id, number)
);

-- The person's link: also for an inconclusive result, which has no certificate.
create table retrieval (
  site_id text not null,
  -- SHA-256 of the code; the code itself is never stored.
  retrieval_hash bytea not null,
  screening_id uuid not null,
  generation smallint not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  wrong_tries smallint not null default 0,
  paused_until timestamptz,
  primary key (site_id, retrieval_hash)
);

-- What remains to be told to others, written in the statement of the act itself; workers deliver at least once.
create table outbox (
  site_id text not null,
  screening_id uuid not null,
  -- 'notification.sms', 'notification.email'
  topic text not null,
  -- 1 for the first, 2 … when sent again.
  number smallint not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  -- A worker holds the row until then.
  claimed_until timestamptz,
  done_at timestamptz,
  -- Given up, with last_failure.
  failed_at timestamptz,
  -- A code, never a text that may carry an address.
  last_failure text,
  primary key (site_id, screening_id, topic, number)
);
create index outbox_due on outbox (due_at) where done_at is null and failed_at is null;

-- The audit chain of a site: hash = SHA-256(previous hash ‖ sequence, 8 bytes ‖ digest of the row's facts).
create table audit (
  site_id text not null,
  sequence bigint not null,
  at timestamptz not null,
  act text not null,
  professional_id text,
  counter_id text,
  door text,
  subject text,
  hash bytea not null,
  primary key (site_id, sequence)
);

create table audit_head (
  site_id text primary key,
  sequence bigint not null,
  hash bytea not null
);
