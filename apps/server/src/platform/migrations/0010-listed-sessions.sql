-- Where somebody is signed in, so that they can see it and end it. The token alone says what a session is: a row here opens
-- nothing, and no request reads it but that list. Short-lived: three days at most. On a cluster, distributed by person.
create table listed_session (
  -- Who signed in: national id, or the id on an employee's card.
  person_id text not null,
  session_id text not null,
  door text not null check (door in ('ecps', 'card')),
  -- Null until one is chosen; of delegated work, where it is done.
  site_id text,
  -- As of the token: what ends the session may name each of them.
  device text,
  provider_session text,
  provider_subject text,
  -- Family names alone, so that a phone is told from a counter.
  browser text not null,
  system text not null,
  signed_in_at timestamptz not null,
  -- No token of it can be accepted or renewed then.
  ends_at timestamptz not null,
  primary key (person_id, session_id)
);
create index listed_session_by_end on listed_session (ends_at);
