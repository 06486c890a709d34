-- What was issued in somebody's name in a day, told to them (docs/adr/0096). Nobody tested is in it. Local: a row a professional
-- and day, written by one process at a time.

-- Where the directory says that they are reached at that site; null: it says nothing.
alter table professional_site add column email text;

create table issued_digest (
  professional_id text not null,
  -- In Paris.
  day date not null,
  entries integer not null,
  -- [{site, name, entries}], most first.
  sites jsonb not null,
  -- First and last of these entries.
  first_at timestamptz not null,
  last_at timestamptz not null,
  addresses text[] not null,
  -- SHA-256 of the code in the link.
  link_hash bytea not null,
  made_at timestamptz not null,
  -- To be sent, as an outbox has it: a claim lasts until `due_at`.
  due_at timestamptz not null,
  attempts smallint not null default 0,
  done_at timestamptz,
  failed_at timestamptz,
  last_failure text,
  -- "This was not me", once; and when what it was about was withdrawn, and how many that were.
  denied_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn integer,
  primary key (professional_id, day)
);
create unique index issued_digest_by_link on issued_digest (link_hash);
create index issued_digest_due on issued_digest (due_at) where done_at is null and failed_at is null;
