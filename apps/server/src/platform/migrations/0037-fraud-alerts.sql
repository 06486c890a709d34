-- By which networks a counter signed in at a site: a keyed hash of the /24 or /48, never an address. A stolen account
-- comes by neither a counter nor a network that was seen before.
create table counter_network (
  site_id text not null,
  counter_id text not null,
  network bytea not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (site_id, counter_id, network)
);

-- What the rules of fraud found in a professional's day; no person tested is in it.
create table fraud_alert (
  professional_id text not null,
  opened_at timestamptz not null,
  -- Newest entry of it, and how many there were in the day then.
  last_at timestamptz not null,
  entries integer not null,
  points double precision not null,
  -- [{code, value, points}], weightiest first.
  evidence jsonb not null,
  sites text[] not null,
  closed_at timestamptz,
  closed_by text,
  closed_reason text,
  primary key (professional_id, opened_at)
);
create index fraud_alert_open on fraud_alert (points desc) where closed_at is null;

-- The job reads what came in the last minutes at all sites; a block range costs the recording of one next to nothing.
create index screening_recorded on screening using brin (recorded_at) with (autosummarize = on);
