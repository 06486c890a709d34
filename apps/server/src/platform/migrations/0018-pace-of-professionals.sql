-- Screenings under a professional's name within a clock hour, where they are many: summed over processes every few seconds.
-- Rows of hours; on a cluster a reference table.
create table professional_pace (
  professional_id text not null,
  hour timestamptz not null,
  screenings integer not null,
  -- How many times they were too many, and since when a sign-in later than that is asked for.
  step integer not null,
  asked_at timestamptz,
  -- The process that summed them up to it; null: one had them all.
  asked_by text,
  primary key (professional_id, hour)
);
