-- Acts as functions of the database (docs/adr/0085): what an act changes and its row of the chain, or neither, in one call
-- with the site first, which a cluster runs where the site is. `act` has the names of columns, and of what `audit_append_1`
-- reads. A function is never changed: another goes by the next number, so that processes of two versions work side by side.

create function audit_append_1(site text, moment timestamptz, genesis bytea, act jsonb) returns void
language plpgsql as $$
declare
  place bigint;
  link bytea;
begin
  -- hash(n) = SHA-256(hash(n−1) ‖ n ‖ digest(n)), as apps/server/src/audit/chain.ts says.
  insert into audit_head as head (site_id, sequence, hash)
  values (site, 1, sha256(genesis || int8send(1) || (act ->> 'digest')::bytea))
  on conflict (site_id) do update set sequence = head.sequence + 1,
    hash = sha256(head.hash || int8send(head.sequence + 1) || (act ->> 'digest')::bytea)
  returning head.sequence, head.hash into place, link;
  insert into audit (
    site_id, sequence, at, act, professional_id, counter_id, door, subject, operator_id, extended, hash)
  values (site, place, moment, act ->> 'act', act ->> 'professional_id', act ->> 'counter_id', act ->> 'door',
    act ->> 'subject', act ->> 'operator_id', (act ->> 'extended')::boolean, link);
end $$;

-- Settles a waiting screening. @returns false, and changes nothing, when it waits no more, or not as it did
create function set_result_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
begin
  update screening s set state = 'final', result = act ->> 'result', result_at = (act ->> 'result_at')::timestamptz,
    final_at = moment, held_by = act ->> 'held_by'
  where s.site_id = site and s.id = entry and s.state = 'waiting' and s.corrections = (act ->> 'corrections')::smallint
    and not exists (select from screening_withdrawal w where w.site_id = site and w.screening_id = entry);
  if not found then
    return false;
  end if;
  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  select site, entry, given.number, given.uvci, given.issued_at, given.expires_at, given.certificate_key_id,
    given.certificate_sealed
  from jsonb_to_record(act) as given (
    number smallint, uvci text, issued_at timestamptz, expires_at timestamptz, certificate_key_id integer,
    certificate_sealed bytea)
  where given.uvci is not null;
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  values (site, (act ->> 'retrieval_hash')::bytea, entry, 1, moment, (act ->> 'retrieval_expires_at')::timestamptz);
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, entry, topic, 1, moment, moment from jsonb_array_elements_text(act -> 'topics') as topic;
  if act ->> 'held_by' is not null then
    insert into continuity_flag (site_id, screening_id, code, professional_id, counter_id, flagged_at)
    values (site, entry, 'POSITIVE_LATE', act ->> 'professional_id', act ->> 'counter_id', moment)
    on conflict do nothing;
  end if;
  perform audit_append_1(site, moment, genesis, act);
  return true;
end $$;

-- Puts messages about a screening into the outbox, each under the number after its last.
create function send_messages_1(site text, entry uuid, moment timestamptz, topics jsonb) returns void
language plpgsql as $$
begin
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, entry, wanted.topic, 1 + coalesce((
    select max(o.number) from outbox o where o.site_id = site and o.screening_id = entry and o.topic = wanted.topic), 0),
    moment, moment
  from jsonb_array_elements_text(topics) as wanted (topic)
  on conflict do nothing;
end $$;

-- Stores a confirmation with the certificate that it allows. @returns false, and stores nothing, when there is one, or the
-- screening is another by now
create function confirm_screening_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
begin
  update screening s set confirmed_at = moment, confirmed_by = act ->> 'confirmed_by'
  where s.site_id = site and s.id = entry and s.held_by is not null and s.confirmed_at is null
    and s.corrections = (act ->> 'number')::smallint - 1
    and not exists (select from screening_withdrawal w where w.site_id = site and w.screening_id = entry);
  if not found then
    return false;
  end if;
  insert into certificate (site_id, screening_id, number, uvci, issued_at, expires_at, key_id, sealed)
  values (site, entry, (act ->> 'number')::smallint, act ->> 'uvci', (act ->> 'issued_at')::timestamptz,
    (act ->> 'expires_at')::timestamptz, (act ->> 'certificate_key_id')::integer, (act ->> 'certificate_sealed')::bytea);
  perform send_messages_1(site, entry, moment, act -> 'topics');
  update continuity_flag f set resolved_at = moment
  where f.site_id = site and f.screening_id = entry and f.code = 'POSITIVE_LATE' and f.resolved_at is null;
  perform audit_append_1(site, moment, genesis, act);
  return true;
end $$;

-- Puts the messages of a screening into the outbox again. @returns false when too many were in the last hour
create function send_again_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
begin
  -- Two at once would each count without the other.
  perform from screening s where s.site_id = site and s.id = entry for update;
  if (select count(*) from outbox o where o.site_id = site and o.screening_id = entry
    and o.created_at > moment - interval '1 hour') >= (act ->> 'per_hour_max')::integer
  then
    return false;
  end if;
  perform send_messages_1(site, entry, moment, act -> 'topics');
  perform audit_append_1(site, moment, genesis, act);
  return true;
end $$;

-- A wrong try of a link: when it began a pause, a word to the person, once a day.
create function refuse_link_1(site text, moment timestamptz, genesis bytea, act jsonb) returns void
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
begin
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, entry, notice.topic, 1 + coalesce((
    select max(o.number) from outbox o where o.site_id = site and o.screening_id = entry and o.topic = notice.topic), 0),
    moment, moment
  from jsonb_array_elements_text(act -> 'topics') as notice (topic)
  where not exists (
    select from outbox o where o.site_id = site and o.screening_id = entry and o.topic = notice.topic
      and o.created_at > moment - interval '1 day')
  on conflict do nothing;
  perform audit_append_1(site, moment, genesis, act);
end $$;

-- A right birth date gives all tries back.
create function open_link_1(site text, moment timestamptz, genesis bytea, act jsonb) returns void
language plpgsql as $$
begin
  update retrieval r set wrong_tries = 0, paused_until = null, pauses = 0, unlock_tries = 0
  where r.site_id = site and r.retrieval_hash = (act ->> 'retrieval_hash')::bytea;
  if found then
    perform audit_append_1(site, moment, genesis, act);
  end if;
end $$;

-- Makes the next link of a screening. @returns false when another renewal was first
create function renew_link_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
declare
  entry uuid := (act ->> 'screening_id')::uuid;
  next smallint := (act ->> 'generation')::smallint + 1;
begin
  update screening s set retrieval_generation = next
  where s.site_id = site and s.id = entry and s.retrieval_generation = next - 1;
  if not found then
    return false;
  end if;
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  values (site, (act ->> 'retrieval_hash')::bytea, entry, next, moment, (act ->> 'retrieval_expires_at')::timestamptz)
  on conflict do nothing;
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select site, entry, topic, (act ->> 'number')::smallint, moment, moment
  from jsonb_array_elements_text(act -> 'topics') as topic
  on conflict do nothing;
  perform audit_append_1(site, moment, genesis, act);
  return true;
end $$;

-- Takes messages of a site that are due and that nobody else has taken, until a moment. Which are due is looked for across
-- sites beforehand, without a lock; who comes second finds them taken.
create function claim_messages_1(site text, moment timestamptz, until timestamptz, wanted jsonb)
returns table (screening_id uuid, topic text, number smallint, attempts smallint)
language plpgsql as $$
begin
  return query
    update outbox o set claimed_until = until, attempts = least(o.attempts + 1, 32000)
    from (
      select due.screening_id, due.topic, due.number from outbox due
      where due.site_id = site and due.done_at is null and due.failed_at is null and due.due_at <= moment
        and (due.claimed_until is null or due.claimed_until <= moment)
        and (due.screening_id, due.topic, due.number) in (
          select given.screening_id, given.topic, given.number
          from jsonb_to_recordset(wanted) as given (screening_id uuid, topic text, number smallint))
      order by due.screening_id, due.topic, due.number
      for update skip locked
    ) as free
    where o.site_id = site and o.screening_id = free.screening_id and o.topic = free.topic and o.number = free.number
    returning o.screening_id, o.topic, o.number, o.attempts;
end $$;

-- Likewise of what is to be told to a feed.
create function claim_feed_items_1(site text, feed_name text, moment timestamptz, until timestamptz, wanted jsonb)
returns table (screening_id uuid, sequence bigint, since timestamptz, attempts smallint, was_sent boolean)
language plpgsql as $$
begin
  return query
    update feed_item item set claimed_until = until, attempts = least(item.attempts + 1, 32000),
      sent_at = coalesce(item.sent_at, moment)
    from (
      select due.screening_id, due.sent_at from feed_item due
      where due.site_id = site and due.feed = feed_name and due.done_at is null and due.failed_at is null
        and due.due_at <= moment and (due.claimed_until is null or due.claimed_until <= moment)
        and due.screening_id in (select given.id::uuid from jsonb_array_elements_text(wanted) as given (id))
      order by due.screening_id
      for update skip locked
    ) as free
    where item.site_id = site and item.feed = feed_name and item.screening_id = free.screening_id
    returning item.screening_id, item.sequence, item.since, item.attempts, free.sent_at is not null;
end $$;

-- Gives a booklet.
create function give_booklet_1(site text, moment timestamptz, genesis bytea, act jsonb) returns void
language plpgsql as $$
begin
  insert into booklet (site_id, id, professional_id, counter_id, counter_key_id, maximum, issued_at, expires_at)
  values (site, act ->> 'subject', act ->> 'professional_id', act ->> 'counter_id', (act ->> 'counter_key_id')::bytea,
    (act ->> 'maximum')::integer, moment, (act ->> 'expires_at')::timestamptz);
  perform audit_append_1(site, moment, genesis, act);
end $$;

-- Slips that no screening has. One claims its slip before it is recorded; a claim of a minute ago whose screening is not
-- there was given up: its counter was refused or died, and the sheet is out again.
create function slips_unclaimed_1(site text, moment timestamptz) returns setof slip
language sql stable as $$
  select s.* from slip s
  where s.site_id = site and s.reconciled_at is null and (
    s.screening_id is null or (
      s.claimed_at <= moment - interval '1 minute'
      and not exists (select from screening c where c.site_id = site and c.id = s.screening_id)
    )
  )
$$;

-- Stores a sheet's slips. @returns false, and stores none, when the site has too many out
create function print_slips_1(site text, moment timestamptz, genesis bytea, act jsonb) returns boolean
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('slips ' || site, 0));
  if (select count(*) from slips_unclaimed_1(site, moment) s where s.cancelled_at is null and s.expires_at > moment)
    + jsonb_array_length(act -> 'slips') > (act ->> 'out_max')::integer
  then
    return false;
  end if;
  insert into slip (site_id, serial, number, link_hash, printed_by, issued_at, expires_at)
  select site, given.serial, given.number, given.link_hash, act ->> 'professional_id', moment,
    (act ->> 'expires_at')::timestamptz
  from jsonb_to_recordset(act -> 'slips') as given (serial text, number integer, link_hash bytea);
  perform audit_append_1(site, moment, genesis, act);
  return true;
end $$;

-- Reconciling: one batch of a site at a time, in each of the functions below. The same items in two orders at once would
-- each hold rows that the other waits for; the site's acts queue at the head of its chain all the same.
create function take_turn_1(site text) returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('reconcile ' || site, 0));
end $$;

-- Takes provisional certificates for their screenings: whoever is first has it, whatever comes after.
create function claim_numbers_1(site text, moment timestamptz, claims jsonb) returns void
language plpgsql as $$
begin
  perform take_turn_1(site);
  insert into booklet_number (site_id, booklet_id, digest, number, screening_id, received_at)
  select site, given."bookletId", decode(given.digest, 'hex'), given.number, given."screeningId", moment
  from jsonb_to_recordset(claims) as given ("bookletId" text, digest text, number integer, "screeningId" uuid)
  on conflict do nothing;
end $$;

-- Gives a document, and the slip that came with it, to another screening. @returns false when somebody else moved it
create function move_number_1(site text, move jsonb) returns boolean
language plpgsql as $$
begin
  perform take_turn_1(site);
  update booklet_number n set screening_id = (move ->> 'to')::uuid, reconciled_at = null
  where n.site_id = site and n.booklet_id = move ->> 'bookletId' and n.digest = decode(move ->> 'digest', 'hex')
    and n.screening_id = (move ->> 'from')::uuid;
  if not found then
    return false;
  end if;
  update slip s set screening_id = (move ->> 'to')::uuid
  where s.site_id = site and s.serial = move ->> 'serial' and s.screening_id = (move ->> 'from')::uuid
    and s.reconciled_at is null;
  return true;
end $$;

-- Takes free slips for their screenings.
create function claim_slips_1(site text, moment timestamptz, claims jsonb) returns void
language plpgsql as $$
begin
  perform take_turn_1(site);
  update slip s set screening_id = given."screeningId", claimed_at = moment
  from jsonb_to_recordset(claims) as given (serial text, "screeningId" uuid)
  where s.site_id = site and s.serial = given.serial
    and s.serial in (select free.serial from slips_unclaimed_1(site, moment) free);
end $$;

-- Keeps numbers that no document carries; those of booklets that the site was never given are left out. What a booklet
-- wastes beyond its bound is not kept: it stays a gap, and operations hear of it. @returns the codes of the flags that are new
create function waste_numbers_1(site text, moment timestamptz, waste jsonb) returns text[]
language plpgsql as $$
declare
  told record;
  codes text[] := '{}';
begin
  perform take_turn_1(site);
  for told in
    select b.id, b.professional_id, array_agg(distinct given.number) as numbers,
      greatest((waste ->> 'least')::numeric, floor(b.maximum * (waste ->> 'share')::numeric)) as most
    from booklet b
    join jsonb_to_recordset(waste -> 'numbers') as given ("bookletId" text, number integer) on given."bookletId" = b.id
    where b.site_id = site and given.number between 1 and b.maximum
    group by b.id, b.professional_id, b.maximum
  loop
    insert into booklet_waste (site_id, booklet_id, number, received_at)
    select site, told.id, fresh.number, moment from unnest(told.numbers) as fresh (number)
    where not exists (
      select from booklet_waste w where w.site_id = site and w.booklet_id = told.id and w.number = fresh.number)
    order by fresh.number
    limit greatest(0, told.most - (
      select count(*) from booklet_waste w where w.site_id = site and w.booklet_id = told.id));
    if exists (
      select from unnest(told.numbers) as fresh (number) where not exists (
        select from booklet_waste w where w.site_id = site and w.booklet_id = told.id and w.number = fresh.number))
    then
      -- Of a whole booklet: under an id made of its own, which no screening can have.
      insert into continuity_flag (site_id, screening_id, code, booklet_id, professional_id, counter_id, flagged_at)
      values (site, (told.id || told.id)::uuid, 'NUMBERS_WASTED', told.id, told.professional_id,
        waste ->> 'counter_id', moment)
      on conflict do nothing;
      if found then
        codes := codes || 'NUMBERS_WASTED'::text;
      end if;
    end if;
  end loop;
  return codes;
end $$;

-- Marks a batch's items as reconciled, with their links, flags and one row of the chain; a second time changes nothing.
-- @returns the codes of the flags that are new
create function reconcile_items_1(site text, moment timestamptz, genesis bytea, act jsonb) returns text[]
language plpgsql as $$
declare
  items jsonb := act -> 'items';
  links_until timestamptz := (act ->> 'links_until')::timestamptz;
  codes text[];
  is_changed boolean := false;
begin
  perform take_turn_1(site);
  update booklet_number n set reconciled_at = moment
  from jsonb_to_recordset(items) as item ("bookletId" text, digest text)
  where n.site_id = site and n.booklet_id = item."bookletId" and n.digest = decode(item.digest, 'hex')
    and n.reconciled_at is null;
  is_changed := found;
  update slip s set reconciled_at = moment
  from jsonb_to_recordset(items) as item (serial text, "screeningId" uuid)
  where s.site_id = site and s.serial = item.serial and s.screening_id = item."screeningId" and s.reconciled_at is null;
  is_changed := is_changed or found;

  update retrieval r set screening_id = item."screeningId", generation = 1, wrong_tries = 0, paused_until = null
  from jsonb_to_recordset(items) as item ("screeningId" uuid, links jsonb, "isOwnCounter" boolean),
    jsonb_array_elements_text(item.links) as link
  where item."isOwnCounter" and r.site_id = site and r.retrieval_hash = decode(link, 'hex')
    and r.screening_id <> item."screeningId";
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  select distinct site, decode(link, 'hex'), item."screeningId", 1, moment, links_until
  from jsonb_to_recordset(items) as item ("screeningId" uuid, links jsonb), jsonb_array_elements_text(item.links) as link
  on conflict do nothing;

  with flagged as (
    insert into continuity_flag (site_id, screening_id, code, booklet_id, number, missing_below, serial,
      professional_id, counter_id, flagged_at)
    select distinct on (item."screeningId", code) site, item."screeningId", code, item."bookletId",
      item.number, item."missingBelow", item.serial, item."professionalId", act ->> 'counter_id', moment
    from jsonb_to_recordset(items) as item (
      "screeningId" uuid, "professionalId" text, "bookletId" text, number integer, "missingBelow" integer,
      serial text, flags jsonb), jsonb_array_elements_text(item.flags) as code
    on conflict do nothing returning code
  )
  select coalesce(array_agg(code), '{}') into codes from flagged;
  if is_changed or codes <> '{}' then
    perform audit_append_1(site, moment, genesis, act);
  end if;
  return codes;
end $$;

-- Gaps whose numbers have all come in since are none any more: the order of arrival leaves no trace.
create function resolve_gaps_1(site text, moment timestamptz, booklets text[]) returns void
language plpgsql as $$
begin
  perform take_turn_1(site);
  update continuity_flag f set resolved_at = moment
  where f.site_id = site and f.code = 'NUMBER_GAP' and f.resolved_at is null and f.booklet_id = any(booklets)
    and f.missing_below - 1 <= (
      select count(*) from (
        select n.number from booklet_number n where n.site_id = site and n.booklet_id = f.booklet_id
        union
        select w.number from booklet_waste w where w.site_id = site and w.booklet_id = f.booklet_id
      ) accounted where number between 1 and f.missing_below - 1
    );
end $$;

-- Ends sessions: no process takes their tokens any more, and their booklets end with them. A later entry about the same
-- subject replaces an earlier one. Not of one site: a session's end knows none. @returns the booklets that ended
create function end_sessions_1(entry jsonb) returns table (ended_site_id text, ended_booklet_id text)
language plpgsql as $$
declare
  about text := entry ->> 'subject';
  before timestamptz := (entry ->> 'before')::timestamptz;
  moment timestamptz := (entry ->> 'at')::timestamptz;
  spared text := entry ->> 'except';
  sessions text[];
  sites text[];
  booklets text[];
  key_ids bytea[];
  ends timestamptz[];
begin
  insert into session_revocation as known (
    kind, subject, revoked_before, except_session_id, reason, revoked_at, expires_at)
  values (entry ->> 'kind', about, before, spared, entry ->> 'reason', moment, (entry ->> 'expires_at')::timestamptz)
  on conflict (kind, subject) do update set revoked_before = excluded.revoked_before,
    except_session_id = excluded.except_session_id, reason = excluded.reason,
    revoked_at = excluded.revoked_at, expires_at = excluded.expires_at, written_at = clock_timestamp()
  where known.revoked_before <= excluded.revoked_before;

  if entry ->> 'kind' in ('provider-session', 'provider-subject') then
    -- across sites: the provider names its own session, and not whose it is.
    select array_agg(l.session_id) into sessions from listed_session l
    where case entry ->> 'kind' when 'provider-session' then l.provider_session else l.provider_subject end = about;
  end if;

  with ended as (
    update booklet_holder holder set ended_at = date_trunc('second', moment)
    where holder.ended_at is null and holder.expires_at > moment and holder.signed_in_at <= before
      and holder.session_id is distinct from spared and case entry ->> 'kind'
        when 'session' then holder.session_id = about
        when 'professional' then holder.person_id = about
        when 'responsible' then holder.responsible_id = about
        when 'device' then holder.device = about
        when 'delegation' then holder.delegation_id = about
        else holder.session_id = any(sessions)
      end
    returning holder.site_id, holder.booklet_id, holder.counter_key_id, holder.expires_at
  )
  select array_agg(site_id), array_agg(booklet_id), array_agg(counter_key_id), array_agg(expires_at)
  into sites, booklets, key_ids, ends from ended;

  insert into continuity_withdrawal (kind, subject, withdrawn_at, reason, withdrawn_by, expires_at)
  select 'ended', encode(ended.key_id, 'hex'), date_trunc('second', moment), entry ->> 'reason', entry ->> 'by',
    max(ended.until) + (entry ->> 'provisional_hours')::integer * interval '1 hour'
  from unnest(key_ids, ends) as ended (key_id, until) group by ended.key_id
  on conflict do nothing;
  return query select * from unnest(sites, booklets);
end $$;

do $$
declare
  signature text;
begin
  for signature in
    select oid::regprocedure::text from pg_proc
    where pronamespace = 'public'::regnamespace and proname in (
      'audit_append_1', 'set_result_1', 'send_messages_1', 'confirm_screening_1', 'send_again_1', 'refuse_link_1',
      'open_link_1', 'renew_link_1', 'claim_messages_1', 'claim_feed_items_1', 'give_booklet_1', 'slips_unclaimed_1',
      'print_slips_1', 'take_turn_1', 'claim_numbers_1', 'move_number_1', 'claim_slips_1', 'waste_numbers_1',
      'reconcile_items_1', 'resolve_gaps_1', 'end_sessions_1')
  loop
    execute format('revoke execute on function %s from public', signature);
    execute format('grant execute on function %s to sidep_application', signature);
  end loop;
end $$;
