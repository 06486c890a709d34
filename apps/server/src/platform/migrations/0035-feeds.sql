-- What others are told: contact tracing, surveillance, open data (docs/adr/0077). Nothing here is written by the recording of
-- a screening: the chain of a site (`audit`) has each act in the order of its commits, without gaps, and is followed.

-- As far as a chain was followed. What an act changed and this row move in one transaction.
create table feed_cursor (
  site_id text primary key,
  sequence bigint not null
);

-- Whose state a receiver has to be told: one row a screening and feed, told anew when an act comes after `sequence`.
create table feed_item (
  site_id text not null,
  feed text not null check (feed in ('tracing', 'surveillance')),
  screening_id uuid not null,
  -- The act that it is told after, by its place in the site's chain.
  sequence bigint not null,
  -- When that act was.
  since timestamptz not null,
  due_at timestamptz not null,
  attempts smallint not null default 0,
  claimed_until timestamptz,
  -- Since when the receiver may know of it: a try has begun.
  sent_at timestamptz,
  done_at timestamptz,
  -- Given up: a dead letter, with last_failure.
  failed_at timestamptz,
  -- A code.
  last_failure text,
  primary key (site_id, feed, screening_id)
);
create index feed_item_due on feed_item (feed, due_at) where done_at is null and failed_at is null;
create index feed_item_dead on feed_item (feed, failed_at) where failed_at is not null;

-- A screening as those count it who may not know the person; withdrawn it stays, and counts for nothing.
create table feed_record (
  site_id text not null,
  screening_id uuid not null,
  recorded_at timestamptz not null,
  pseudonym text not null,
  -- Of the sample, where it was taken.
  day date not null,
  kind text not null,
  disease text not null,
  result text not null,
  sex text not null check (sex in ('f', 'h', 'u')),
  age_class text not null,
  -- Of residence, else of the site; '' for nowhere that is known.
  department text not null,
  symptoms text,
  symptoms_onset date,
  withdrawn boolean not null,
  primary key (site_id, screening_id)
);
create index feed_record_by_day on feed_record (day);

-- Keys of pseudonyms: one a quarter of samples, sealed by the vault. Reference: small, the same everywhere.
create table feed_key (
  period text primary key,
  key_id integer not null,
  sealed bytea not null,
  sealed_at timestamptz not null
);

-- How each feed stands.
create table feed (
  name text primary key check (name in ('tracing', 'surveillance', 'open-data')),
  paused_at timestamptz,
  paused_by text,
  pause_reason text,
  -- When its receiver last took anything, and when it last did not.
  taken_at timestamptz,
  failed_at timestamptz,
  last_failure text
);
insert into feed (name) values ('tracing'), ('surveillance'), ('open-data');

-- Days of the open series that are to be counted anew.
create table open_data_due (
  day date primary key,
  since timestamptz not null
);

-- What is published of a day: the numbers that are shown, by cell. Counts of people, none below eleven.
create table open_data_day (
  day date primary key,
  version integer not null,
  tested jsonb not null,
  positive jsonb not null,
  counted_at timestamptz not null
);

-- The files as they were last made, and which of them the receiver has.
create table open_data_release (
  only_row boolean primary key default true check (only_row),
  number integer not null,
  made_at timestamptz not null,
  -- SHA-256 of all files, base64url.
  digest text not null,
  attempts integer not null default 0,
  due_at timestamptz not null,
  taken_digest text,
  taken_at timestamptz
);
