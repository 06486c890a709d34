-- A place in the waiting room counts for long only once its holder has come back: a script that takes places and leaves
-- them holds nobody up.

-- Of the tickets of a quarter of a second that count, those whose holder has not come back yet.
alter table waiting_arrival add column unconfirmed integer not null default 0;

-- Tickets whose holder came back, so that each is counted once. Rows go when the ticket is too old to be used at all.
create table waiting_confirmation (
  ticket_id text primary key,
  bucket double precision not null
);
create index waiting_confirmation_by_bucket on waiting_confirmation (bucket);
