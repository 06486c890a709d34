/**
 * The person's links in the database: wrong tries, pauses, renewals. Every statement stays within one site.
 *
 * Invariants
 * - A try is taken before anything is compared, in the statement that reads the row: however many arrive at once,
 *   the row's lock lets them in one after the other, and after ten without a right one nobody is let in.
 * - A pause ends by itself; no number of tries makes it longer while it runs, or lasts for ever. The next one is twice as
 *   long, a day at most, until the link has been opened.
 * - During a pause the link opens by the number sent to the person's phone, and the right date: five tries a number.
 * - A pause belongs to one code: other links of the same person, or of the same phone, have rows of their own.
 */
import { callAct, hex } from '../audit/chain.ts'
import type { Sql } from '../platform/context.ts'
import { emailTopic, smsTopic } from '../platform/link-topics.ts'
import type { SealedRow, SealedScreeningRow } from '../platform/sealed.ts'
import { unlockTopic } from './outbox.ts'
import { unlockEveryMinutes, unlockMinutes, unlocksPerDayMax, unlockTriesMax } from './unlock.ts'

/** Ten wrong tries pause a code: enough for a person who mistypes, 10 of some 36,000 birth dates for one who guesses. */
export const wrongTriesMax = 10
/** However often a code pauses, it is never for longer. */
const pauseHoursMax = 24
/** Beyond this many doublings every pause is the longest. */
const doublingsMax = 10

export interface LinkKey {
  readonly siteId: string
  /** SHA-256 of the code, 32 bytes. */
  readonly hash: Uint8Array
}

export interface LinkedScreening extends SealedScreeningRow {
  readonly id: string
  readonly state: 'waiting' | 'final'
  readonly kind: string
  readonly disease: string
  readonly device: string
  readonly listed_device_name: string | null
  readonly minutes_to_result: number | null
  /** LOINC part of its kind. */
  readonly dcc_test_type: string | null
  readonly site_name: string | null
  readonly site_postal_code: string | null
  readonly sampled_at: Date
  readonly recorded_at: Date
  readonly result: 'negative' | 'positive' | 'inconclusive' | null
  readonly corrected_at: Date | null
  readonly withdrawn_at: Date | null
  /** When the last certificate of recovery ended that was issued of it. */
  readonly recovery_ended_at: Date | null
}

export interface LinkedCertificate extends SealedRow {
  readonly number: number
  readonly uvci: string
}

export type Try =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'paused'; readonly pausedUntil: Date }
  | {
      readonly kind: 'admitted'
      readonly expiresAt: Date
      readonly screening: LinkedScreening
      /** Whether the code pauses after this try, if it is wrong. */
      readonly beginsPause: boolean
    }

type TryRow = LinkedScreening & {
  readonly wrong_tries: number
  readonly paused_until: Date | null
  readonly expires_at: Date
}

/** What a link leads to, beside the row `tried` that a statement returns. */
const linkedScreening = (database: Sql, siteId: string) => database`
    screening.id, screening.state, screening.kind, screening.disease, screening.device,
      screening.sampled_at, screening.recorded_at, screening.result, screening.key_id, screening.sealed, screening.corrections,
      screening.corrected_at, screening.withdrawn_at, device.name as listed_device_name, test_kind.minutes_to_result, test_kind.dcc_test_type, site.name as site_name,
      site.postal_code as site_postal_code, (
        select max(r.revoked_at) from certificate_revocation r
        where r.site_id = ${siteId} and r.screening_id = tried.screening_id and r.kind = 'recovery') as recovery_ended_at
    from tried
    join current_screening as screening on screening.site_id = ${siteId} and screening.id = tried.screening_id
    left join device on device.id = screening.device
    left join test_kind on test_kind.code = screening.kind
    left join site on site.id = ${siteId}`

/**
 * Takes one try of a code, wrong until shown right, and reads what it leads to.
 *
 * @param pauseMinutes how long the first pause lasts, if this try is the tenth
 */
export const takeTry = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  now: Date,
  pauseMinutes: number,
): Promise<Try> => {
  const bounds = {
    tries_max: wrongTriesMax,
    pause_minutes: pauseMinutes,
    doublings_max: doublingsMax,
    pause_hours_max: pauseHoursMax,
  }
  // Taken by itself, on the machine of the site; what it leads to is read once it is taken.
  const [tried] = await database<Pick<TryRow, 'wrong_tries' | 'paused_until' | 'expires_at'>[]>`
    select screening_id, wrong_tries, paused_until, expires_at
    from try_link_1(${siteId}, ${hash}, ${now}, ${JSON.stringify(bounds)}::text::jsonb)`
  if (tried === undefined) return { kind: 'unknown' }
  // One past the maximum: the try was refused in a pause. The tenth, admitted try has the maximum.
  if (tried.wrong_tries > wrongTriesMax && tried.paused_until !== null) {
    return { kind: 'paused', pausedUntil: tried.paused_until }
  }
  const [screening] = await database<LinkedScreening[]>`
    with tried as (
      select screening_id from retrieval where site_id = ${siteId} and retrieval_hash = ${hash}
    )
    select ${linkedScreening(database, siteId)}`
  if (screening === undefined) return { kind: 'unknown' }
  const beginsPause = tried.paused_until !== null
  return { kind: 'admitted', expiresAt: tried.expires_at, screening, beginsPause }
}

export interface Unlocking {
  readonly pausedUntil: Date
  readonly expiresAt: Date
  readonly screening: LinkedScreening
  /** Which number was sent last, within its time; null when there is none. */
  readonly sent: number | null
}

/**
 * Takes one try of the number that was sent to the phone. Counted before anything is compared, as a birth date is.
 *
 * @returns null when the code is none, or is not paused, or the number has had its tries
 */
export const takeUnlockTry = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  now: Date,
): Promise<Unlocking | null> => {
  const since = new Date(now.getTime() - unlockMinutes * 60_000)
  const [row] = await database<(TryRow & { readonly paused_until: Date; sent: number | null })[]>`
    with tried as (
      update retrieval set unlock_tries = unlock_tries + 1
      where site_id = ${siteId} and retrieval_hash = ${hash} and paused_until > ${now}
        and unlock_tries < ${unlockTriesMax}
      returning screening_id, paused_until, expires_at
    )
    select tried.paused_until, tried.expires_at, (
        select max(number)::integer from outbox
        where site_id = ${siteId} and screening_id = tried.screening_id and topic = ${unlockTopic}
          and created_at > ${since}) as sent,
      ${linkedScreening(database, siteId)}`
  if (row === undefined) return null
  const { paused_until: pausedUntil, expires_at: expiresAt, sent } = row
  return { pausedUntil, expiresAt, screening: row, sent }
}

/** What a wrong try leaves: a row of the audit chain, and, when it began a pause, a word to the person, once a day. */
export interface WrongTry {
  readonly siteId: string
  readonly screeningId: string
  readonly at: Date
  /** Of the notices. */
  readonly topics: readonly string[]
}

export const recordWrongTry = async (
  database: Sql,
  { siteId, screeningId, at, topics }: WrongTry,
): Promise<void> => {
  const act = { siteId, at, act: 'retrieval.refused', actor: null, subject: screeningId } as const
  await callAct(database, 'refuse_link_1', act, { screening_id: screeningId, topics })
}

/** A right birth date gives all tries back; that the link was opened goes into the audit chain with it. */
export const recordOpened = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  screeningId: string,
  at: Date,
): Promise<void> => {
  const act = { siteId, at, act: 'retrieval.opened', actor: null, subject: screeningId } as const
  await callAct(database, 'open_link_1', act, { retrieval_hash: hex(hash) })
}

/** The certificate of a screening as it is now, or null. */
export const readCertificate = async (
  database: Sql,
  siteId: string,
  { id, corrections }: Pick<LinkedScreening, 'id' | 'corrections'>,
): Promise<LinkedCertificate | null> => {
  const [row] = await database<LinkedCertificate[]>`
    select number, uvci, key_id, sealed from certificate
    where site_id = ${siteId} and screening_id = ${id} and number = ${corrections + 1}`
  return row ?? null
}

export interface RenewableLink extends SealedScreeningRow {
  readonly screening_id: string
  readonly state: 'waiting' | 'final'
  readonly retrieval_generation: number
  /** When the person was last written to, null for never. */
  readonly notified_at: Date | null
  /** Highest number used by any message of this screening. */
  readonly number: number
}

/** What a renewal needs to know of the screening behind a code; null for a code that is none. */
export const readRenewable = async (
  database: Sql,
  { siteId, hash }: LinkKey,
): Promise<RenewableLink | null> => {
  const [row] = await database<RenewableLink[]>`
    select retrieval.screening_id, screening.state, screening.retrieval_generation,
      screening.key_id, screening.sealed, screening.corrections, sent.notified_at, sent.number
    from retrieval
    join current_screening as screening on screening.site_id = ${siteId} and screening.id = retrieval.screening_id
    cross join lateral (
      select max(created_at) as notified_at, coalesce(max(number), 0)::integer as number
      from outbox where site_id = ${siteId} and screening_id = retrieval.screening_id
        and topic in (${smsTopic}, ${emailTopic})
    ) as sent
    where retrieval.site_id = ${siteId} and retrieval.retrieval_hash = ${hash}`
  return row ?? null
}

export interface Renewal {
  readonly siteId: string
  readonly screeningId: string
  /** The generation this renewal started from; another renewal in between makes this one do nothing. */
  readonly generation: number
  /** SHA-256 of the new code. */
  readonly hash: Uint8Array
  readonly expiresAt: Date
  readonly topics: readonly string[]
  readonly number: number
}

/**
 * Makes the next link and puts its messages into the outbox.
 *
 * @returns false when another renewal of the same screening was first
 */
export const renewLink = async (database: Sql, renewal: Renewal, at: Date): Promise<boolean> => {
  const { siteId, screeningId, generation, hash, expiresAt, topics, number } = renewal
  const act = { siteId, at, act: 'retrieval.renewed', actor: null, subject: screeningId } as const
  return callAct(database, 'renew_link_1', act, {
    screening_id: screeningId,
    generation,
    retrieval_hash: hex(hash),
    retrieval_expires_at: expiresAt,
    topics,
    number,
  })
}

const unlockText = `with link as (
  select screening_id from retrieval
  where site_id = $1 and retrieval_hash = $2 and paused_until > $3
), sent as (
  select coalesce(max(number), 0) as number,
    count(*) filter (where created_at > $3::timestamptz - interval '1 day') as today,
    max(created_at) as last_at
  from outbox where site_id = $1 and screening_id = (select screening_id from link) and topic = $4
), message as (
  insert into outbox (site_id, screening_id, topic, number, created_at, due_at)
  select $1, screening_id, $4, sent.number + 1, $3, $3 from link, sent
  where sent.today < $5
    and (sent.last_at is null or sent.last_at <= $3::timestamptz - make_interval(mins => $6))
  on conflict do nothing
  returning screening_id
), fresh as (
  update retrieval set unlock_tries = 0
  where site_id = $1 and retrieval_hash = $2 and exists (select 1 from message)
)
select screening_id from message`

/** Puts a number to the phone into the outbox. @returns whether one goes out */
export const sendUnlock = async (
  database: Sql,
  { siteId, hash }: LinkKey,
  now: Date,
): Promise<boolean> => {
  const bounds = [unlocksPerDayMax, unlockEveryMinutes]
  const rows = await database.unsafe(unlockText, [siteId, hash, now, unlockTopic, ...bounds], {
    prepare: true,
  })
  return rows.length === 1
}
