-- What counters are given for when the portal is away, and what comes back of it. Nothing here names a person.

-- Certificates that a counter may sign by itself in a day; more when operations approve it.
alter table site add column booklet_size integer not null default 50 check (booklet_size between 1 and 2000);

create table booklet (
  site_id text not null,
  -- 16 hexadecimal digits.
  id text not null,
  professional_id text not null,
  -- Device key of the session, when it was bound to one.
  counter_id text,
  -- First 8 bytes of the thumbprint of the key that may sign.
  counter_key_id bytea not null,
  maximum integer not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (site_id, id)
);
create index booklet_by_end on booklet (site_id, expires_at);

-- Provisional certificates that came in: what names one is the digest of its content, not its number.
create table booklet_number (
  site_id text not null,
  booklet_id text not null,
  digest bytea not null,
  number integer not null,
  -- The screening that it belongs to, taken before the screening is recorded.
  screening_id uuid not null,
  received_at timestamptz not null,
  -- Null until the screening is recorded.
  reconciled_at timestamptz,
  primary key (site_id, booklet_id, digest)
);

-- Numbers that no document carries, as the counter says.
create table booklet_waste (
  site_id text not null,
  booklet_id text not null,
  number integer not null,
  received_at timestamptz not null,
  primary key (site_id, booklet_id, number)
);

create table slip (
  site_id text not null,
  -- 21 characters.
  serial text not null,
  number integer not null,
  printed_by text not null,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  cancelled_at timestamptz,
  screening_id uuid,
  claimed_at timestamptz,
  reconciled_at timestamptz,
  primary key (site_id, serial)
);
create index slip_out on slip (site_id, number) where screening_id is null and cancelled_at is null;

-- The last number printed at a site.
create table slip_head (
  site_id text primary key,
  last_number integer not null
);

-- For operations: what a professional, or a thief, may have done with a booklet or slip. The person has the certificate.
create table continuity_flag (
  site_id text not null,
  screening_id uuid not null,
  code text not null,
  booklet_id text,
  number integer,
  -- Of a gap: numbers below this one are missing.
  missing_below integer,
  serial text,
  professional_id text not null,
  counter_id text,
  flagged_at timestamptz not null,
  -- A gap is none any more once the missing numbers came in.
  resolved_at timestamptz,
  primary key (site_id, screening_id, code)
);
create index continuity_flag_open on continuity_flag (site_id, booklet_id) where resolved_at is null;

-- What verifiers no longer accept: small, read whole by every process; on a cluster a reference table.
create table continuity_withdrawal (
  kind text not null check (kind in ('booklet', 'site', 'all', 'slip', 'slip-site')),
  -- Booklet id, site, 'all', or serial.
  subject text not null,
  withdrawn_at timestamptz not null,
  -- All that was given until then; null for a single booklet or slip.
  issued_until timestamptz,
  reason text not null,
  withdrawn_by text,
  -- Nothing that it withdraws is accepted by then anyway.
  expires_at timestamptz not null,
  primary key (kind, subject, withdrawn_at)
);
create index continuity_withdrawal_by_expiry on continuity_withdrawal (expires_at);
