-- What a cluster (Citus) cannot plan in the language SQL, with parameters, it can in PL/pgSQL.

-- contract of 0038: says the same in another language; who calls it notices nothing
create or replace function audit_append(site text, genesis bytea, done_at timestamptz, facts jsonb) returns void
language plpgsql as $$
begin
  perform audit_append_1(site, done_at, genesis, facts);
end $$;

-- contract of 0038: says the same in another language; who calls it notices nothing
create or replace function slips_unclaimed_1(site text, moment timestamptz) returns setof slip
language plpgsql stable as $$
begin
  return query
    select s.* from slip s
    where s.site_id = site and s.reconciled_at is null and (
      s.screening_id is null or (
        s.claimed_at <= moment - interval '1 minute'
        and not exists (select from screening c where c.site_id = site and c.id = s.screening_id)
      )
    );
end $$;

-- Takes one try of a link, wrong until shown right. `bounds` says how many begin a pause (tries_max), how long the first is
-- (pause_minutes), how often the next doubles (doublings_max), and the longest (pause_hours_max). A try that was refused
-- in a pause has one try more than the most.
create function try_link_1(site text, hash bytea, moment timestamptz, bounds jsonb)
returns table (screening_id uuid, wrong_tries smallint, paused_until timestamptz, expires_at timestamptz)
language plpgsql as $$
declare
  most smallint := (bounds ->> 'tries_max')::smallint;
  entry uuid;
  tries smallint;
  paused timestamptz;
  times smallint;
  over timestamptz;
begin
  select r.screening_id, r.wrong_tries, r.paused_until, r.pauses, r.expires_at into entry, tries, paused, times, over
  from retrieval r where r.site_id = site and r.retrieval_hash = hash for update;
  if not found then
    return;
  end if;
  if paused > moment then
    tries := most + 1;
  elsif paused is not null then
    tries := 1;
    paused := null;
  else
    tries := tries + 1;
    if tries >= most then
      paused := moment + least(
        make_interval(hours => (bounds ->> 'pause_hours_max')::integer),
        make_interval(mins => (bounds ->> 'pause_minutes')::integer)
          * power(2, least(times, (bounds ->> 'doublings_max')::integer)));
      times := least(times + 1, 32000);
    end if;
  end if;
  update retrieval r set wrong_tries = tries, paused_until = paused, pauses = times
  where r.site_id = site and r.retrieval_hash = hash;
  return query select entry, tries, paused, over;
end $$;

-- Adds what a process counted of each professional and hour. @returns the sums, in the order of professional and hour
create function add_pace_1(counted jsonb, per_step integer, moment timestamptz, process text)
returns table (id text, hour timestamptz, screenings integer, step integer, "askedAt" timestamptz, "askedBy" text)
language plpgsql as $$
#variable_conflict use_column
declare
  given record;
begin
  for given in
    select * from jsonb_to_recordset(counted) as v (
      id text, hour timestamptz, screenings integer, step integer, "askedAt" timestamptz)
    order by v.id, v.hour
  loop
    return query
      insert into professional_pace as known (professional_id, hour, screenings, step, asked_at)
      values (given.id, given.hour, given.screenings, given.step, given."askedAt")
      on conflict (professional_id, hour) do update set screenings = known.screenings + excluded.screenings,
        asked_at = case
          when excluded.step > known.step then excluded.asked_at
          when (known.screenings + excluded.screenings) / per_step > known.step then moment
          else known.asked_at end,
        asked_by = case
          when excluded.step > known.step then null
          when (known.screenings + excluded.screenings) / per_step > known.step then process
          else known.asked_by end,
        step = greatest(known.step, excluded.step, (known.screenings + excluded.screenings) / per_step)
      returning known.professional_id, known.hour, known.screenings, known.step, known.asked_at, known.asked_by;
  end loop;
end $$;

-- Takes free slips for their screenings. Which are free is asked beforehand, not in the statement that takes them: on a
-- cluster no statement of a shard may ask of another.
create function claim_slips_2(site text, moment timestamptz, claims jsonb) returns void
language plpgsql as $$
declare
  serials text[];
begin
  perform take_turn_1(site);
  select array_agg(free.serial) into serials from slips_unclaimed_1(site, moment) free;
  update slip s set screening_id = given."screeningId", claimed_at = moment
  from jsonb_to_recordset(claims) as given (serial text, "screeningId" uuid)
  where s.site_id = site and s.serial = given.serial and s.serial = any(serials);
end $$;

do $$
declare
  signature text;
begin
  for signature in
    select oid::regprocedure::text from pg_proc
    where pronamespace = 'public'::regnamespace and proname in ('try_link_1', 'add_pace_1', 'claim_slips_2')
  loop
    execute format('revoke execute on function %s from public', signature);
    execute format('grant execute on function %s to sidep_application', signature);
  end loop;
end $$;
