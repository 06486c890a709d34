/** Reconciling in the database: for each batch one call a step, all within one site (migration 0038). */
import type { BookletRecord, ReconcileFlag, SlipFlag } from '@sidep/continuity'
import type { Sql } from 'postgres'
import { callAct } from '../audit/chain.ts'
import type { SiteActor } from '../platform/actor.ts'

export interface BookletName {
  readonly siteId: string
  readonly bookletId: string
}

/** With the device at which the session was that it was given to; null: bound to none. */
export type GivenBooklet = BookletRecord & { readonly counterId: string | null }

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

/** A crash wastes one number; a booklet that wastes more than this of its own was used for something else. */
const wastedMin = 5
const wastedShareMax = 0.1

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
  const waste = {
    numbers: wasted,
    counter_id: actor.counterId,
    least: wastedMin,
    share: wastedShareMax,
  }
  const [row] = await database<{ flags: string[] }[]>`
    select waste_numbers_1(${actor.site.id}, ${at}, ${JSON.stringify(waste)}::text::jsonb) as flags`
  return row?.flags ?? []
}

/** Takes provisional certificates for their screenings: whoever is first has it, whatever comes after. */
export const claimNumbers = async (
  database: Sql,
  siteId: string,
  claims: readonly Omit<NumberRow, 'isReconciled'>[],
  at: Date,
): Promise<void> => {
  await database`select claim_numbers_1(${siteId}, ${at}, ${JSON.stringify(claims)}::text::jsonb)`
}

/**
 * Gives a document, and the slip that came with it, to another screening: the one that had it names another person or
 * test than was signed. @returns false when somebody else moved it a moment ago
 */
export const moveNumber = async (
  database: Sql,
  siteId: string,
  move: {
    readonly bookletId: string
    readonly digest: string
    readonly from: string
    readonly to: string
    readonly serial: string | null
  },
): Promise<boolean> => {
  const [row] = await database<{ isMoved: boolean }[]>`
    select move_number_1(${siteId}, ${JSON.stringify(move)}::text::jsonb) as "isMoved"`
  return row?.isMoved === true
}

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

type StoredSlip = Omit<SlipRow, 'screeningId'> & { readonly claimedBy: string | null }

/** Slips of one site, each with the screening that has it. */
export const readSlips = async (
  database: Sql,
  siteId: string,
  serials: readonly string[],
  at: Date,
): Promise<SlipRow[]> => {
  const [rows, unclaimed] = await Promise.all([
    database<StoredSlip[]>`
      select serial, site_id as "siteId", expires_at as "expiresAt", encode(link_hash, 'hex') as "linkHash",
        cancelled_at is not null as "isCancelled", reconciled_at is not null as "isReconciled",
        screening_id as "claimedBy"
      from slip where site_id = ${siteId} and serial = any(string_to_array(${serials.join(',')}, ','))`,
    database<{ serial: string }[]>`select serial from slips_unclaimed_1(${siteId}, ${at})`,
  ])
  const free = new Set(unclaimed.map(({ serial }) => serial))
  return rows.map(({ claimedBy, ...slip }) => ({
    ...slip,
    screeningId: free.has(slip.serial) ? null : claimedBy,
  }))
}

/** Takes free slips for their screenings. */
export const claimSlips = async (
  database: Sql,
  siteId: string,
  claims: readonly { readonly serial: string; readonly screeningId: string }[],
  at: Date,
): Promise<void> => {
  await database`select claim_slips_2(${siteId}, ${at}, ${JSON.stringify(claims)}::text::jsonb)`
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

/**
 * Marks a batch's items as reconciled, with their links, flags and one row of audit; a second time changes nothing.
 * @returns the codes of the flags that are new
 */
export const finishItems = async (
  database: Sql,
  items: readonly Finished[],
  { actor, at, linksUntil }: { actor: SiteActor; at: Date; linksUntil: Date },
): Promise<string[]> => {
  const first = items[0]
  const subject = first?.bookletId ?? first?.serial ?? null
  const act = { siteId: actor.site.id, at, act: 'backlog.reconciled', actor, subject } as const
  return callAct(database, 'reconcile_items_1', act, { items, links_until: linksUntil })
}

/** Gaps whose numbers have all come in since are none any more: the order of arrival leaves no trace. */
export const resolveGaps = async (
  database: Sql,
  siteId: string,
  bookletIds: readonly string[],
  at: Date,
): Promise<void> => {
  await database`
    select resolve_gaps_1(${siteId}, ${at}, string_to_array(${bookletIds.join(',')}, ','))`
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
