-- Who works in operations, and counts that the screen of whoever is on duty is drawn from. Placement: `operator` and
-- `site` are reference tables, `screening_quarter` and `screening_quarters_counted` local ones.

create table operator (
  -- National id: `8` and RPPS.
  person_id text not null,
  role text not null check (role in ('duty', 'authority', 'support', 'auditor')),
  reason text not null,
  added_by text not null,
  added_at timestamptz not null,
  primary key (person_id, role)
);

-- As departmentOfPostalCode of packages/identifiers has it; a test compares them.
alter table site add column department text generated always as (
  case
    when postal_code !~ '^[0-9]{5}$' then null
    when postal_code ~ '^20[01]' then '2A'
    when postal_code ~ '^20[26]' then '2B'
    when postal_code ~ '^20' then null
    when postal_code ~ '^(97[1-8]|98[4-8])' then left(postal_code, 3)
    when left(postal_code, 2)::int between 1 and 95 then left(postal_code, 2)
  end
) stored;

-- Screenings by quarter of an hour and département of the site; probes are not in it.
create table screening_quarter (
  quarter timestamptz not null,
  -- `?`: not known.
  department text not null,
  recorded integer not null,
  sites integer not null,
  primary key (quarter, department)
);

-- From when until when they are counted: what is younger is counted as it is read.
create table screening_quarters_counted (
  one boolean primary key default true check (one),
  since timestamptz not null,
  until timestamptz not null
);

-- To find the last minutes of every site: rows come in their order, so a small index will do.
create index screening_by_recording on screening using brin (recorded_at) with (pages_per_range = 32, autosummarize = on);

-- What the same screen counts across all sites, so that none of it reads a table from end to end.
create index outbox_by_creation on outbox using brin (created_at) with (pages_per_range = 32, autosummarize = on);
create index booklet_in_force on booklet (expires_at);
create index booklet_number_by_receipt on booklet_number using brin (received_at) with (pages_per_range = 32, autosummarize = on);
