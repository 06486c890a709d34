/**
 * The retention job (invariant 10): removes what is past its time, one process at a time, in bounded batches.
 *
 * It keeps no place of its own: what is due is what the tables say, so that a run which was killed goes on by
 * starting again. Keys go first: what they opened is unreadable from then on, also in copies of the database. Up to when it
 * removes is kept outside before it does (erased-until.ts).
 */

import { makeUuidV7 } from '@sidep/identifiers'
import { timeZoneOf } from '@sidep/screening'
import { hourMilliseconds } from '@sidep/time'
import type { Sql } from 'postgres'
import type { Log, RandomBytes } from '../../platform/context.ts'
import type { Signer } from '../../platform/signer.ts'
import type { Vault } from '../../platform/vault.ts'
import { locks, whenAlone } from '../single-run.ts'
import { openStatementVerifier, publishSigner } from '../statement-signers.ts'
import { eraseScreenings } from './erase-screenings.ts'
import type { ErasedUntil } from './erased-until.ts'
import { foldScreenings } from './fold-screenings.ts'
import { type PruneDependencies, pruneChain } from './prune-chain.ts'
import { addRemoved, finishRun, lastRun, type Removed, takeRun } from './run-store.ts'
import { sweeps, sweepTable } from './sweeps.ts'
import { type Cutoffs, cutoffsOf, laterOf, type RetentionSettings } from './terms.ts'

export interface RetentionDependencies {
  readonly database: Sql
  readonly clock: { now(): Date }
  readonly randomBytes: RandomBytes
  readonly vault: Pick<Vault, 'removeKeysBefore'>
  /** Of scope `continuity`: signs checkpoints. */
  readonly signer: Signer
  /** DER. */
  readonly rootCertificate: Uint8Array
  readonly retention: RetentionSettings
  readonly erasedUntil: ErasedUntil
  readonly log: Pick<Log, 'info' | 'error'>
}

export interface RetentionOutcome {
  /** By kind, over the whole run, also if it was cut off and taken up again. */
  readonly removed: Removed
  /** Chains that were left alone because they are not as they were written. */
  readonly brokenChains: number
}

/** From the start of one run to the next. */
export const runEveryHours = 6
const chainsAtOnce = 500

/** Whether a run is due: none yet, the last one cut off, or begun long enough ago. */
export const isRunDue = async (database: Sql, now: Date): Promise<boolean> => {
  const last = await lastRun(database)
  if (last === undefined || last.finished_at === null) return true
  return now.getTime() - last.started_at.getTime() >= runEveryHours * hourMilliseconds
}

interface DueChain {
  readonly site_id: string
  readonly postal_code: string | null
  readonly acts_due: boolean
  readonly screenings_due: boolean
}

/** Chains after `cursor` whose first row, or site whose first screening, is due: a look across sites by primary keys. */
const dueChains = (
  database: Sql,
  cursor: string,
  tracesBefore: Date,
  screeningsBefore: Date,
): Promise<DueChain[]> =>
  database<DueChain[]>`
    -- across sites: chains that are to be cut, once a day
    select head.site_id, site.postal_code,
      coalesce(act.at < ${tracesBefore}, false) as acts_due,
      coalesce(first.recorded_at < ${screeningsBefore}, false) as screenings_due
    from audit_head head
    left join site on site.id = head.site_id
    left join lateral (
      select at from audit where audit.site_id = head.site_id order by sequence limit 1
    ) act on true
    left join lateral (
      select recorded_at from screening where screening.site_id = head.site_id
      order by recorded_at limit 1
    ) first on true
    where head.site_id > ${cursor}
      and (act.at < ${tracesBefore} or first.recorded_at < ${screeningsBefore})
    order by head.site_id limit ${chainsAtOnce}`

const endTraces = async (
  dependencies: RetentionDependencies & PruneDependencies,
  runId: string,
  { traces: tracesBefore, screening: screeningsBefore }: Cutoffs,
  stopping: AbortSignal,
): Promise<number> => {
  const { database, log } = dependencies
  let cursor = ''
  let broken = 0
  while (!stopping.aborted) {
    const chains = await dueChains(database, cursor, tracesBefore, screeningsBefore)
    for (const chain of chains) {
      const siteId = chain.site_id
      if (chain.screenings_due) {
        const timeZone = timeZoneOf(chain.postal_code)
        await foldScreenings(database, runId, siteId, timeZone, screeningsBefore, stopping)
      }
      if (!chain.acts_due) continue
      const fault = await pruneChain(dependencies, runId, siteId, tracesBefore, stopping)
      if (fault === null) continue
      broken += 1
      const sequence = fault.sequence.toString()
      log.error({ code: 'AUDIT_CHAIN_BROKEN', chain: siteId, fault: fault.code, sequence })
    }
    const last = chains.at(-1)
    if (last === undefined || chains.length < chainsAtOnce) break
    cursor = last.site_id
  }
  return broken
}

/** What is due now, and what was removed before: a database that was set back has it again. */
const raiseCutoffs = ({ erasedUntil, retention }: RetentionDependencies, now: Date): Cutoffs => {
  const [due, before] = [cutoffsOf(retention, now), erasedUntil.read()]
  const cutoffs = before === null ? due : laterOf(due, before)
  erasedUntil.raise(cutoffs)
  return cutoffs
}

const work = async (
  dependencies: RetentionDependencies,
  runId: string,
  stopping: AbortSignal,
): Promise<RetentionOutcome | null> => {
  const { database, clock, vault, signer, rootCertificate } = dependencies
  const now = clock.now()
  const cutoffs = raiseCutoffs(dependencies, now)
  const keys = await vault.removeKeysBefore(cutoffs.identifying)
  await database.begin((sql) => addRemoved(sql, runId, { 'data-key': keys }))
  await eraseScreenings(database, runId, cutoffs.identifying, now, stopping)
  await publishSigner(database, signer)
  const verifies = await openStatementVerifier(database, rootCertificate)
  const brokenChains = await endTraces({ ...dependencies, verifies }, runId, cutoffs, stopping)
  for (const sweep of sweeps) {
    await sweepTable(database, runId, sweep, cutoffs[sweep.term], stopping)
  }
  if (stopping.aborted) return null
  return { removed: await finishRun(database, runId, clock.now()), brokenChains }
}

/**
 * Removes all that is past its time.
 *
 * @param stopping ends the run between two batches; the next one takes it up
 * @returns null when another process is at it, or when it was stopped
 */
export const runRetention = (
  dependencies: RetentionDependencies,
  stopping: AbortSignal,
): Promise<RetentionOutcome | null> =>
  whenAlone(dependencies.database, locks.retention, async () => {
    const { database, clock, randomBytes, log } = dependencies
    const now = clock.now()
    const runId = await takeRun(database, makeUuidV7(now, randomBytes), now)
    const outcome = await work(dependencies, runId, stopping)
    if (outcome !== null) log.info({ runId, ...outcome }, 'retention done')
    return outcome
  })
