-- What vendors are told of screenings that their software recorded (docs/adr/0089). Nothing here is written by the recording
-- of a screening: the chain of a site is followed, as feeds follow it.

-- Where a vendor is told.
create table vendor_webhook (
  vendor_id text primary key,
  url text not null,
  since timestamptz not null,
  told_at timestamptz,
  -- A code.
  last_failure text,
  -- Its address did not answer: all that it is to be told waits until then.
  not_before timestamptz,
  failures_in_row integer not null default 0
);

-- As far as a chain was followed for vendors.
create table vendor_cursor (
  site_id text primary key,
  sequence bigint not null
);

-- One act of a site's chain that a vendor is told of.
create table vendor_event (
  site_id text not null,
  sequence bigint not null,
  vendor_id text not null,
  type text not null,
  screening_id uuid not null,
  occurred_at timestamptz not null,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  claimed_until timestamptz,
  done_at timestamptz,
  -- Given up: a dead letter, with last_failure.
  failed_at timestamptz,
  last_failure text,
  primary key (site_id, sequence)
);
create index vendor_event_due on vendor_event (vendor_id, due_at) where done_at is null and failed_at is null;
create index vendor_event_dead on vendor_event (vendor_id, failed_at) where failed_at is not null;
