/**
 * Takes what identifies a person out of screenings past their time.
 *
 * Invariants
 * - One transaction for a batch of one site: sealed columns, keyed hashes, certificates, links and messages go together.
 * - The rows are locked before anything is looked up, so that what another statement adds to them meanwhile is seen.
 * - The row stays, blank, until traces are over: its id is taken, so that a replay is never entered a second time.
 *   One that still waits for its result goes at once: no document ever came of it.
 */
import type { Sql, TransactionSql } from 'postgres'
import { addRemoved, type Removed } from './run-store.ts'

const screeningsAtOnce = 500

/** The site of the oldest screening that is due; a look across sites, by the index of what is not erased. */
const siteWithDue = async (database: Sql, before: Date): Promise<string | null> => {
  const [row] = await database<{ site_id: string }[]>`
    -- across sites: a site that has something to erase, once a day
    select site_id from screening where erased_at is null and recorded_at < ${before}
    order by recorded_at limit 1`
  return row?.site_id ?? null
}

/** Removes certificates, links and messages of screenings of one site. */
export const removeBelongings = async (
  sql: TransactionSql,
  siteId: string,
  ids: readonly string[],
): Promise<Removed> => {
  const [row] = await sql<
    { certificate: number; recovery: number; link: number; correction: number; message: number }[]
  >`
    with certificates as (
      delete from certificate where site_id = ${siteId} and screening_id = any(${[...ids]}::uuid[]) returning 1
    ), recoveries as (
      delete from recovery_certificate where site_id = ${siteId} and screening_id = any(${[...ids]}::uuid[]) returning 1
    ), links as (
      delete from retrieval where site_id = ${siteId} and screening_id = any(${[...ids]}::uuid[]) returning 1
    ), corrections as (
      delete from correction where site_id = ${siteId} and screening_id = any(${[...ids]}::uuid[]) returning 1
    ), messages as (
      delete from outbox where site_id = ${siteId} and screening_id = any(${[...ids]}::uuid[]) returning 1
    )
    select (select count(*) from certificates)::int as certificate, (select count(*) from recoveries)::int as recovery,
      (select count(*) from links)::int as link, (select count(*) from corrections)::int as correction,
      (select count(*) from messages)::int as message`
  return row === undefined ? {} : { ...row }
}

/** A key that never was, and a generation that no renewal starts from. */
const blank = { keyId: 0, generation: 0 } as const

const eraseBatch = async (
  sql: TransactionSql,
  siteId: string,
  before: Date,
  now: Date,
): Promise<Removed> => {
  const due = await sql<{ id: string; state: string }[]>`
    select id, state from screening
    where site_id = ${siteId} and erased_at is null and recorded_at < ${before}
    order by recorded_at limit ${screeningsAtOnce} for update`
  const idsIn = (state: string): string[] =>
    due.filter((row) => row.state === state).map(({ id }) => id)
  // What it is counted as later on: facts without a person.
  await sql`
    update screening set device = now.device, sampled_at = now.sampled_at, result = now.result, corrections = 0
    from current_screening now
    where screening.site_id = ${siteId} and screening.id = any(${idsIn('final')}::uuid[]) and screening.corrections > 0
      and now.site_id = screening.site_id and now.id = screening.id`
  const belongings = await removeBelongings(
    sql,
    siteId,
    due.map(({ id }) => id),
  )
  const erased = await sql`
    update screening set key_id = ${blank.keyId}, sealed = '', person_hash = '', request_digest = '',
      reason = null, symptoms = null, symptoms_onset = null, department = null,
      retrieval_generation = ${blank.generation}, erased_at = ${now}
    where site_id = ${siteId} and id = any(${idsIn('final')}::uuid[])`
  const waiting = await sql`
    delete from screening where site_id = ${siteId} and id = any(${idsIn('waiting')}::uuid[])`
  return { ...belongings, identity: erased.count + waiting.count }
}

/** Erases all that is due, batch by batch, until there is no more or it is told to stop. */
export const eraseScreenings = async (
  database: Sql,
  runId: string,
  before: Date,
  now: Date,
  stopping: AbortSignal,
): Promise<void> => {
  while (!stopping.aborted) {
    const siteId = await siteWithDue(database, before)
    if (siteId === null) return
    await database.begin(async (sql) => {
      await addRemoved(sql, runId, await eraseBatch(sql, siteId, before, now))
    })
  }
}
