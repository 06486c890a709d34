-- The waiting room for new sign-ins: the one state that every process moves under its row lock, and what it counts.
-- Small, not by site: coordination and not records. Times are milliseconds since 1970 by the database's clock.

create table waiting_room (
  id smallint primary key check (id = 1),
  watermark double precision not null,
  waiting boolean not null,
  tokens double precision not null,
  pace double precision not null,
  advanced_at double precision not null,
  at double precision not null,
  pressed_at double precision not null
);

-- Tickets given, by quarter of a second. Rows go when their places have been used or given away.
create table waiting_arrival (
  starts_at double precision primary key,
  tickets integer not null,
  paid double precision not null default 0,
  passed_at double precision
);

-- Tickets that were used. Rows go when the ticket is too old to be used at all.
create table waiting_redemption (
  ticket_id text primary key,
  bucket double precision not null,
  generation smallint not null
);
create index waiting_redemption_by_bucket on waiting_redemption (bucket);
