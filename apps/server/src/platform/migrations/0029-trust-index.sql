-- What verifiers follow (packages/trust, ADR 69). Local tables: one place of the database has them, and every process of
-- the portal reads them now and then. Nothing of a person is in any of them.

-- The index in force is the one of the largest number.
create table trust_index (
  number bigint primary key,
  issued_at timestamptz not null,
  -- SHA-256 over the names and hashes of its parts, and what else would make another index.
  content_digest bytea not null,
  signed bytea not null
);

create table trust_part (
  sha256 bytea primary key,
  bytes bytea not null,
  -- When an index last named it: it is served for some time after that.
  named_at timestamptz not null
);

-- What others publish, as it came through the gate of `sidep trust import`: parts by their names.
create table trust_carried (
  name text primary key,
  as_of timestamptz not null,
  bytes bytea not null,
  carried_at timestamptz not null
);

-- First 16 bytes of the SHA-256 by which each certificate that was issued can be revoked, packed, by the hour in which it was
-- issued at the latest. Without a person, and kept for as long as certificates last: filters are built over all of them.
create table issued_hashes (
  hour timestamptz not null,
  chunk integer not null,
  hashes bytea not null,
  primary key (hour, chunk)
);

-- One row: certificates issued from `swept_from` until `swept_until` are in `issued_hashes`, and who signed them.
create table issued_sweep (
  one boolean primary key default true check (one),
  swept_from timestamptz not null,
  swept_until timestamptz not null,
  signers text[] not null
);

-- Filters in force: the base over all that was issued, and what was revoked since.
create table revocation_filter (
  kind text primary key check (kind in ('base', 'delta')),
  built_at timestamptz not null,
  -- Revocations until then were considered.
  revoked_until timestamptz not null,
  covers_from timestamptz not null,
  covers_until timestamptz not null,
  -- Null where nothing of what it covers is revoked.
  filter bytea,
  -- Revoked, and not among what it covers: first 16 bytes each.
  listed bytea not null
);

-- The certificates of an hour are read once, across sites: blocks of rows that came in together.
create index certificate_by_issue on certificate using brin (issued_at);
