-- What real users meet, counted where it happens and summed here every few seconds: by place, without anybody in it. The watcher
-- and the operations page read it; it is of no use after some days and is removed then. On a cluster reference tables: rows of
-- minutes, not of people. A département is as departmentOfPostalCode says it ('75', '2A', '971'), or '' where it is not known.

-- Sign-ins by door, and screenings recorded, in the minute in which they began.
create table user_signal (
  minute timestamptz not null,
  -- 'ecps', 'card': a sign-in at that door; 'entry': a screening on its way in.
  what text not null,
  department text not null,
  process_id text not null,
  begun integer not null,
  -- Of these, what became of them, told when it did. What is in none of them has not come back.
  came_in integer not null,
  -- For a reason of theirs: given up, not permitted, mistyped.
  refused integer not null,
  -- For a reason of ours or of the provider's.
  failed integer not null,
  -- Where they began, and where some of them came back otherwise than by a failure: FINESS, or 'network:' and a keyed hash where
  -- the site is not known. At most 100 each. Of 'entry' where some failed, and none.
  begun_at text[] not null,
  back_at text[] not null,
  primary key (minute, what, department, process_id)
);

-- What counters say of themselves, by five minutes in which they said it.
create table counter_signal (
  slot timestamptz not null,
  department text not null,
  process_id text not null,
  -- Heartbeats: a counter with an open session sends one every five minutes, and one more when it is back.
  heard integer not null,
  -- Of these, from counters that had been offline since the one before, and for how long they had been.
  back integer not null,
  offline_seconds integer not null,
  offline_seconds_max integer not null,
  -- Sites of these, FINESS, at most 100.
  back_at text[] not null,
  -- When the first of these went offline; null: none did.
  offline_since timestamptz,
  -- Numbers of booklets that they had used, and screenings that still waited at them.
  numbers integer not null,
  waiting integer not null,
  -- Sign-ins that left the page and never came back to it, by door.
  lost_ecps integer not null,
  lost_card integer not null,
  primary key (slot, department, process_id)
);
