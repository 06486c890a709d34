-- Invariants 9 and 10: heads of the audit chains signed daily, and what is past its time removed.
-- The signed text of each row is in audit/statement.ts; what is kept how long in docs/operating/retention.md.

-- Certificates of the signers of what follows: reference table, one row a key that ever signed.
create table audit_signer (
  key_id bytea primary key,
  -- DER; believed only for its signature by the root, which is not in the database.
  certificate bytea not null
);

-- Where a chain stood when the day's heads were gathered; only chains that grew since the last time have a row.
create table audit_signed_head (
  site_id text not null,
  day date not null,
  sequence bigint not null,
  hash bytea not null,
  signed_at timestamptz not null,
  key_id bytea not null,
  signature bytea not null,
  primary key (site_id, day)
);

-- One row a day over all signed heads of that day, linked to the day before: none of them can go unnoticed.
-- Reference table.
create table audit_roll (
  day date primary key,
  heads integer not null,
  digest bytea not null,
  -- Digest of the roll before; null for the first.
  previous bytea,
  signed_at timestamptz not null,
  key_id bytea not null,
  signature bytea not null
);

-- The last row of each chain that retention removed: the chain that remains hangs from it.
create table audit_checkpoint (
  site_id text primary key,
  sequence bigint not null,
  hash bytea not null,
  signed_at timestamptz not null,
  key_id bytea not null,
  signature bytea not null
);

-- Set when what identifies the person was removed from the row: `sealed`, `person_hash` and `request_digest` are then
-- empty and `key_id` is 0, which is no key's.
alter table screening add column erased_at timestamptz;
-- For the rare look across sites at what is due: small, and without the rows that are done.
create index screening_to_erase on screening (recorded_at, site_id) where erased_at is null;

-- What stays for good: how many, where, on which day, of which kind, with which result. Nobody is in it.
create table screening_count (
  site_id text not null,
  day date not null,
  kind text not null,
  disease text not null,
  device text not null,
  result text not null,
  screenings integer not null,
  primary key (site_id, day, kind, disease, device, result)
);

-- Runs of the retention job. One without an end was cut off: the next takes it over. Reference table.
create table retention_run (
  id uuid primary key,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- How many of each kind it removed; counted in the transaction that removed them.
  removed jsonb not null default '{}'
);
create unique index retention_run_under_way on retention_run ((true)) where finished_at is null;
