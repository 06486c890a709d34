/** Statements of reconciling: for each batch one a step, all within one site. */
import type { BookletRecord, ReconcileFlag, SlipFlag } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { auditExpressions, auditParameters } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'
import { underLocks } from '../platform/under-locks.ts'
import { runStatement } from './run-statement.ts'
import { isUnclaimed } from './slip-claims.ts'

export interface BookletName {
  readonly siteId: string
  readonly bookletId: string
}

/** With the device at which the session was that it was given to; null: bound to none. */
export type GivenBooklet = BookletRecord & { readonly counterId: string | null }

/** A flag of a whole booklet stands under an id made of the booklet's own, which no screening can have (flags.ts). */
const ofBooklet = (bookletId: string): string => `(${bookletId} || ${bookletId})::uuid`

interface BookletRow {
  readonly id: string
  readonly site_id: string
  readonly professional_id: string
  readonly counter_id: string | null
  readonly withdrawn_at: Date | null
  readonly ended_at: Date | null
}

/** The records of booklets of one site, with the first withdrawal that covers each. */
export const readBooklets = async (
  database: Sql,
  siteId: string,
  bookletIds: readonly string[],
): Promise<GivenBooklet[]> => {
  const rows = await database<BookletRow[]>`
    select b.id, b.site_id, b.professional_id, b.counter_id, (
      select min(w.withdrawn_at) from continuity_withdrawal w
      where w.undone_at is null and ((w.kind = 'booklet' and w.subject = b.id)
        or (w.kind = 'site' and w.subject = b.site_id and w.issued_until >= b.issued_at)
        or (w.kind = 'all' and w.issued_until >= b.issued_at))
    ) as withdrawn_at, (
      select min(w.withdrawn_at) from continuity_withdrawal w
      where w.kind = 'ended' and w.subject = encode(b.counter_key_id, 'hex') and w.withdrawn_at >= b.issued_at
    ) as ended_at
    from booklet b
    where b.site_id = ${siteId} and b.id = any(string_to_array(${bookletIds.join(',')}, ','))`
  return rows.map((row) => ({
    id: row.id,
    siteId: row.site_id,
    professionalId: row.professional_id,
    counterId: row.counter_id,
    withdrawnAt: row.withdrawn_at,
    endedAt: row.ended_at,
  }))
}

export interface NumberRow {
  readonly bookletId: string
  /** Hexadecimal. */
  readonly digest: string
  readonly number: number
  readonly screeningId: string
  readonly isReconciled: boolean
}

/** What came in before of these booklets. */
export const readNumbers = (
  database: Sql,
  siteId: string,
  bookletIds: readonly string[],
): Promise<NumberRow[]> => database<NumberRow[]>`
  select booklet_id as "bookletId", encode(digest, 'hex') as digest, number,
    screening_id as "screeningId", reconciled_at is not null as "isReconciled"
  from booklet_number
  where site_id = ${siteId} and booklet_id = any(string_to_array(${bookletIds.join(',')}, ','))`

export interface WasteRow {
  readonly bookletId: string
  readonly number: number
}

export const readWaste = (
  database: Sql,
  siteId: string,
  bookletIds: readonly string[],
): Promise<WasteRow[]> => database<WasteRow[]>`
  select booklet_id as "bookletId", number from booklet_waste
  where site_id = ${siteId} and booklet_id = any(string_to_array(${bookletIds.join(',')}, ','))`

/**
 * One batch of a site at a time: the same items in two orders at once would each hold rows that the other waits
 * for. Rows of the batch are read from behind this lock, which ends with the statement; the site's acts queue at
 * the head of its audit chain all the same. The statement's first parameter is the site.
 */
const turn = `turn as materialized (
  select pg_advisory_xact_lock(hashtextextended('reconcile ' || $1::text, 0)))`

/** A crash wastes one number; a booklet that wastes more than this of its own was used for something else. */
const wastedMin = 5
const wastedShareMax = 0.1

const wasteText = `with ${turn}, told as materialized (
  select b.id, b.professional_id, v.number,
    greatest(${wastedMin}, floor(b.maximum * ${wastedShareMax})) as most,
    (select count(*) from booklet_waste w where w.site_id = b.site_id and w.booklet_id = b.id)
      + row_number() over (partition by b.id order by v.number) as place
  from turn cross join (
    select distinct "bookletId", number from jsonb_to_recordset($2::text::jsonb) as t("bookletId" text, number int)
  ) v
  join booklet b on b.site_id = $1 and b.id = v."bookletId"
  where v.number between 1 and b.maximum and not exists (
    select from booklet_waste w where w.site_id = b.site_id and w.booklet_id = b.id and w.number = v.number)
), wasted as (
  insert into booklet_waste (site_id, booklet_id, number, received_at)
  select $1, id, number, $3::timestamptz from told where place <= most
  on conflict do nothing
), flagged as (
  insert into continuity_flag (site_id, screening_id, code, booklet_id, professional_id, counter_id, flagged_at)
  select distinct on (id) $1, ${ofBooklet('id')}, 'NUMBERS_WASTED', id, professional_id, $4::text, $3::timestamptz
  from told where place > most
  on conflict do nothing returning code
)
select coalesce(array_agg(code), '{}') as flags from flagged`

/**
 * Keeps numbers that no document carries; those of booklets that the site was never given are left out. What a booklet
 * wastes beyond its bound is not kept: it stays a gap, and operations hear of it.
 *
 * @returns the codes of the flags that are new
 */
export const insertWaste = async (
  database: Sql,
  wasted: readonly WasteRow[],
  { actor, at }: { readonly actor: SiteActor; readonly at: Date },
): Promise<string[]> => {
  const siteId = actor.site.id
  const [row] = await underLocks(database, [`waste ${siteId}`], (sql) =>
    sql.unsafe<{ flags: string[] }[]>(
      wasteText,
      [siteId, JSON.stringify(wasted), at, actor.counterId],
      { prepare: true },
    ),
  )
  return row?.flags ?? []
}

const claimNumbersText = `with ${turn}, claimed as (
  insert into booklet_number (site_id, booklet_id, digest, number, screening_id, received_at)
  select $1, v."bookletId", decode(v.digest, 'hex'), v.number, v."screeningId", $3::timestamptz
  from turn, jsonb_to_recordset($2::text::jsonb)
    as v("bookletId" text, digest text, number int, "screeningId" uuid)
  on conflict do nothing returning 1
)
select count(*)::int as done from claimed`

/** Takes provisional certificates for their screenings: whoever is first has it, whatever comes after. */
export const claimNumbers = async (
  database: Sql,
  siteId: string,
  claims: readonly Omit<NumberRow, 'isReconciled'>[],
  at: Date,
): Promise<void> => {
  await runStatement(database, claimNumbersText, [siteId, JSON.stringify(claims), at])
}

const moveNumberText = `with ${turn}, moved as (
  update booklet_number set screening_id = $5::uuid, reconciled_at = null from turn
  where site_id = $1 and booklet_id = $2 and digest = decode($3, 'hex') and screening_id = $4::uuid
  returning 1
), slip_moved as (
  update slip set screening_id = $5::uuid from turn
  where slip.site_id = $1 and slip.serial = $6 and slip.screening_id = $4::uuid and slip.reconciled_at is null
)
select count(*)::int as done from moved`

/**
 * Gives a document, and the slip that came with it, to another screening: the one that had it names another person or
 * test than was signed. @returns false when somebody else moved it a moment ago
 */
export const moveNumber = async (
  database: Sql,
  siteId: string,
  {
    bookletId,
    digest,
    from,
    to,
    serial,
  }: {
    readonly bookletId: string
    readonly digest: string
    readonly from: string
    readonly to: string
    readonly serial: string | null
  },
): Promise<boolean> =>
  (await runStatement(database, moveNumberText, [siteId, bookletId, digest, from, to, serial])) > 0

export interface SlipRow {
  readonly serial: string
  readonly siteId: string
  readonly expiresAt: Date
  readonly isCancelled: boolean
  readonly screeningId: string | null
  readonly isReconciled: boolean
  /** Of the code that opens the result, hexadecimal; null: printed when the serial itself opened it. */
  readonly linkHash: string | null
}

const readSlipsText = `select serial, site_id as "siteId", expires_at as "expiresAt",
    encode(link_hash, 'hex') as "linkHash",
    cancelled_at is not null as "isCancelled", reconciled_at is not null as "isReconciled",
    case when not ${isUnclaimed('$3')} then screening_id end as "screeningId"
  from slip where site_id = $1 and serial = any(string_to_array($2, ','))`

/** Slips of one site, each with the screening that has it. */
export const readSlips = (
  database: Sql,
  siteId: string,
  serials: readonly string[],
  at: Date,
): Promise<SlipRow[]> =>
  database.unsafe<SlipRow[]>(readSlipsText, [siteId, serials.join(','), at], { prepare: true })

const claimSlipsText = `with ${turn}, claimed as (
  update slip set screening_id = v."screeningId", claimed_at = $3::timestamptz
  from turn, jsonb_to_recordset($2::text::jsonb) as v(serial text, "screeningId" uuid)
  where slip.site_id = $1 and slip.serial = v.serial and ${isUnclaimed('$3')}
  returning 1
)
select count(*)::int as done from claimed`

/** Takes free slips for their screenings. */
export const claimSlips = async (
  database: Sql,
  siteId: string,
  claims: readonly { readonly serial: string; readonly screeningId: string }[],
  at: Date,
): Promise<void> => {
  await runStatement(database, claimSlipsText, [siteId, JSON.stringify(claims), at])
}

/** Flags screenings whose slip came in again, for another person. @returns the codes of the flags that are new */
export const flagSlipsTypedTwice = async (
  database: Sql,
  twice: readonly { readonly screeningId: string; readonly serial: string }[],
  { actor, at }: { readonly actor: SiteActor; readonly at: Date },
): Promise<string[]> => {
  const rows = await database<{ code: string }[]>`
    insert into continuity_flag (site_id, screening_id, code, serial, professional_id, counter_id, flagged_at)
    select distinct on (v."screeningId") ${actor.site.id}, v."screeningId", 'SLIP_TYPED_TWICE', v.serial,
      ${actor.professionalId}, ${actor.counterId}, ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(twice)}::text::jsonb) as v("screeningId" uuid, serial text)
    on conflict do nothing returning code`
  return rows.map(({ code }) => code)
}

/** What becomes of one item once its screening is recorded. */
export interface Finished {
  readonly screeningId: string
  readonly professionalId: string
  readonly bookletId: string | null
  readonly digest: string | null
  readonly number: number | null
  readonly missingBelow: number | null
  readonly serial: string | null
  readonly flags: readonly (ReconcileFlag | SlipFlag)[]
  /** SHA-256 of codes of links that now lead to the screening, hexadecimal. */
  readonly links: readonly string[]
  /** Whether the links are this one's whatever they lead to so far: its own counter printed them. */
  readonly isOwnCounter: boolean
}

const finishText = `with ${turn}, item as materialized (
  select v.* from turn, jsonb_to_recordset($2::text::jsonb) as v(
    "screeningId" uuid, "professionalId" text, "bookletId" text, digest text, number int, "missingBelow" int,
    serial text, flags jsonb, links jsonb, "isOwnCounter" boolean)
), numbers as (
  update booklet_number n set reconciled_at = $3::timestamptz from item
  where n.site_id = $1 and n.booklet_id = item."bookletId" and n.digest = decode(item.digest, 'hex')
    and n.reconciled_at is null
  returning item."screeningId"
), slips as (
  update slip s set reconciled_at = $3::timestamptz from item
  where s.site_id = $1 and s.serial = item.serial and s.screening_id = item."screeningId"
    and s.reconciled_at is null
  returning item."screeningId"
), linked as (
  insert into retrieval (site_id, retrieval_hash, screening_id, generation, created_at, expires_at)
  select distinct $1::text, decode(link, 'hex'), item."screeningId", 1, $3::timestamptz, $4::timestamptz
  from item, jsonb_array_elements_text(item.links) as link
  on conflict do nothing
), relinked as (
  update retrieval r set screening_id = item."screeningId", generation = 1, wrong_tries = 0, paused_until = null
  from item, jsonb_array_elements_text(item.links) as link
  where item."isOwnCounter" and r.site_id = $1 and r.retrieval_hash = decode(link, 'hex')
    and r.screening_id <> item."screeningId"
), flagged as (
  insert into continuity_flag (site_id, screening_id, code, booklet_id, number, missing_below, serial,
    professional_id, counter_id, flagged_at)
  select distinct on (item."screeningId", code) $1::text, item."screeningId", code, item."bookletId",
    item.number, item."missingBelow", item.serial, item."professionalId", $5::text, $3::timestamptz
  from item, jsonb_array_elements_text(item.flags) as code
  on conflict do nothing returning code
), finished as (select 1 from numbers union all select 1 from slips union all select 1 from flagged),
cause as (select 1 where exists (select from finished)),
${auditExpressions('cause', 6)}
select coalesce(array_agg(code), '{}') as flags from flagged`

/**
 * Marks a batch's items as reconciled, with their links, flags and one row of audit; a second time changes nothing.
 * @returns the codes of the flags that are new
 */
export const finishItems = async (
  database: Sql,
  items: readonly Finished[],
  { actor, at, linksUntil }: { actor: SiteActor; at: Date; linksUntil: Date },
): Promise<string[]> => {
  const siteId = actor.site.id
  const first = items[0]
  const subject = first?.bookletId ?? first?.serial ?? null
  const [row] = await database.unsafe<{ flags: string[] }[]>(
    finishText,
    [
      siteId,
      JSON.stringify(items),
      at,
      linksUntil,
      actor.counterId,
      ...auditParameters({ siteId, at, act: 'backlog.reconciled', actor, subject }),
    ],
    { prepare: true },
  )
  return row?.flags ?? []
}

const resolveGapsText = `with ${turn}, resolved as (
  update continuity_flag f set resolved_at = $3::timestamptz
  from turn
  where f.site_id = $1 and f.code = 'NUMBER_GAP' and f.resolved_at is null
    and f.booklet_id = any(string_to_array($2, ','))
    and f.missing_below - 1 <= (
      select count(*) from (
        select number from booklet_number n where n.site_id = $1 and n.booklet_id = f.booklet_id
        union
        select number from booklet_waste w where w.site_id = $1 and w.booklet_id = f.booklet_id
      ) accounted where number between 1 and f.missing_below - 1
    )
  returning 1
)
select count(*)::int as done from resolved`

/** Gaps whose numbers have all come in since are none any more: the order of arrival leaves no trace. */
export const resolveGaps = async (
  database: Sql,
  siteId: string,
  bookletIds: readonly string[],
  at: Date,
): Promise<void> => {
  await runStatement(database, resolveGapsText, [siteId, bookletIds.join(','), at])
}

export interface KnownScreening {
  readonly id: string
  readonly state: 'waiting' | 'final'
  /** Its certificate waits for somebody else's word. */
  readonly isHeld: boolean
  readonly personHash: Uint8Array
  readonly keyId: number
  readonly kind: string
  readonly device: string
  readonly sampledAt: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
}

/** Which of these screenings the site has, and of whom and what each is. */
export const readStored = (
  database: Sql,
  siteId: string,
  ids: readonly string[],
): Promise<KnownScreening[]> => database<KnownScreening[]>`
  select id, state, held_by is not null and confirmed_at is null as "isHeld", person_hash as "personHash",
    key_id as "keyId", kind, device, sampled_at as "sampledAt", result
  from screening
  where site_id = ${siteId} and id = any(string_to_array(${ids.join(',')}, ',')::uuid[])`
