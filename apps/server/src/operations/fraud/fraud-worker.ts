/**
 * Looks by the minute at what was recorded, and leaves an alert where a professional's day is odd enough. It stops
 * nothing and nobody: a person looks at an alert, and suspends, revokes or closes.
 *
 * Invariants
 * - One process at a time is at it. Whichever begins reads the last day again, so nothing is missed when it changes.
 * - What it holds is one day of entries in columns, without names, and what is usual of those who were judged lately.
 */

import { dayMilliseconds, minuteMilliseconds } from '@sidep/time'
import { locks, whenAlone } from '../../audit/single-run.ts'
import type { Platform } from '../../platform/context.ts'
import { errorName } from '../../platform/error-name.ts'
import { type Looking, startLooking } from '../../platform/looking.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { conductOf, type Entry, type Usual, usualOf } from './conduct.ts'
import { DayWindow } from './day-window.ts'
import { entriesBetween, keepAlert, ownEntries, seenAtSites } from './fraud-store.ts'
import { judgeConduct } from './judge.ts'
import { alertMilliseconds, usualForMilliseconds, usualMilliseconds } from './rules.ts'

type FraudPlatform = Pick<Platform, 'configuration' | 'database' | 'clock' | 'log'>

const lookEveryMilliseconds = minuteMilliseconds
/** What was recorded so long ago is stored by now, whichever process was at it. */
const settledMilliseconds = minuteMilliseconds
/** Fewer entries in a day than this are no one's conduct. */
const entriesMin = 5
/** What is usual is held of so many. */
const usualMax = 20_000
/** A process that was not at it for so long begins anew. */
const forgetAfter = 10 * minuteMilliseconds

export interface FraudWatch {
  /** @returns how many alerts are new; null: another process is at it */
  look(): Promise<number | null>
}

export const makeFraudWatch = ({ configuration, database, clock }: FraudPlatform): FraudWatch => {
  let seenUntil: Date | null = null
  let lastDay = new DayWindow()
  const usuals = new Map<string, { readonly readAt: number; readonly usual: Usual }>()

  const usualOfProfessional = async (
    professionalId: string,
    day: readonly Entry[],
    now: number,
  ): Promise<Usual> => {
    const known = usuals.get(professionalId)
    if (known !== undefined && now - known.readAt < usualForMilliseconds) return known.usual
    const from = new Date(now - usualMilliseconds)
    const until = new Date(now - dayMilliseconds)
    const sites = [...new Set(day.map(({ siteId }) => siteId))]
    const usual = usualOf(
      await ownEntries(database, professionalId, sites, from, until),
      await seenAtSites(database, sites, from, until),
    )
    if (usuals.size >= usualMax) usuals.clear()
    usuals.set(professionalId, { readAt: now, usual })
    return usual
  }

  const take = async (after: Date, until: Date): Promise<Set<string>> => {
    const touched = new Set<string>()
    for await (const entry of entriesBetween(database, configuration.probeSites, after, until)) {
      lastDay.add(entry)
      touched.add(entry.professionalId)
    }
    lastDay.forgetBefore(until.getTime() - dayMilliseconds)
    return touched
  }

  const lookAlone = async (): Promise<number> => {
    const now = clock.now()
    const until = new Date(now.getTime() - settledMilliseconds)
    if (seenUntil === null || until.getTime() - seenUntil.getTime() > forgetAfter) {
      lastDay = new DayWindow()
      seenUntil = new Date(until.getTime() - dayMilliseconds)
    }
    const after = seenUntil
    // What fails half-way is read from the beginning again: nothing is counted twice.
    seenUntil = null
    const touched = await take(after, until)
    seenUntil = until
    let opened = 0
    for (const professionalId of touched) {
      const day = lastDay.dayOf(professionalId)
      if (day.length < entriesMin) continue
      const usual = await usualOfProfessional(professionalId, day, now.getTime())
      const judgement = judgeConduct(conductOf(day, usual, lastDay.shares()))
      if (!judgement.isAlert) continue
      const since = new Date(now.getTime() - alertMilliseconds)
      if (await keepAlert(database, professionalId, judgement, day, since, now)) opened += 1
    }
    return opened
  }

  return { look: () => whenAlone(database, locks.fraud, lookAlone) }
}

export const startFraudWorker = (
  platform: FraudPlatform & { readonly metrics: Metrics },
): Looking => {
  const watch = makeFraudWatch(platform)
  const alerts = platform.metrics.counter(
    'sidep_fraud_alerts_total',
    'Alerts that the rules of fraud opened; sidep fraud lists them',
  )
  const failures = platform.metrics.counter(
    'sidep_fraud_look_failures_total',
    'Looks for fraud that could not be made; the next takes what they missed',
  )
  return startLooking({
    everyMilliseconds: lookEveryMilliseconds,
    look: async () => {
      const opened = await watch.look()
      if (opened === null || opened === 0) return
      alerts.increment({}, opened)
      platform.log.warn({ code: 'FRAUD_ALERT', opened }, 'sidep fraud lists them')
    },
    failed: (error) => {
      failures.increment()
      platform.log.error({ code: 'FRAUD_LOOK_FAILED', name: errorName(error) }, 'tried again later')
    },
  })
}
