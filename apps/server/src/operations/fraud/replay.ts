/** Runs the rules over entries as they came, as the job does by the minute: what would have been an alert, and when. */
import { dayMilliseconds } from '@sidep/time'
import { conductOf, type Entry, type Usual, usualOf } from './conduct.ts'
import { DayWindow } from './day-window.ts'
import { type Judgement, judgeConduct } from './judge.ts'
import {
  alertMilliseconds,
  type FraudRule,
  fraudRules,
  usualForMilliseconds,
  usualMilliseconds,
} from './rules.ts'

export interface ReplayedAlert {
  readonly professionalId: string
  readonly at: number
  readonly judgement: Judgement
  /** Entries of the day that was judged. */
  readonly entries: readonly Entry[]
}

/** Entries of a key, oldest first; what is older than needed goes when it is asked for. */
class Recent {
  readonly #entries = new Map<string, Entry[]>()

  add(key: string, entry: Entry): void {
    const entries = this.#entries.get(key)
    if (entries === undefined) this.#entries.set(key, [entry])
    else entries.push(entry)
  }

  since(key: string, from: number): readonly Entry[] {
    const entries = this.#entries.get(key) ?? []
    const first = entries.findIndex(({ recordedAt }) => recordedAt >= from)
    const kept = first < 0 ? [] : entries.slice(first)
    this.#entries.set(key, kept)
    return kept
  }
}

/**
 * @param entries by when they were recorded
 * @param from epoch milliseconds: what comes before is only learned from
 * @param judgedEvery judge after so many entries of one professional: the job does so each minute
 */
export const replayFraud = (
  entries: readonly Entry[],
  from: number,
  judgedEvery: number,
  rules: readonly FraudRule[] = fraudRules,
): ReplayedAlert[] => {
  const alerts: ReplayedAlert[] = []
  const byProfessional = new Recent()
  const dayOf = new Recent()
  const bySite = new Recent()
  const lastDay = new DayWindow()
  const usuals = new Map<string, { readonly madeAt: number; readonly usual: Usual }>()
  const waiting = new Map<string, number>()
  const alertedAt = new Map<string, number>()

  const usualFor = (professionalId: string, day: readonly Entry[], at: number): Usual => {
    const known = usuals.get(professionalId)
    if (known !== undefined && at - known.madeAt < usualForMilliseconds) return known.usual
    const until = at - dayMilliseconds
    const before = (list: readonly Entry[]): readonly Entry[] =>
      list.filter(({ recordedAt }) => recordedAt < until)
    const since = at - usualMilliseconds
    const sites = new Set(day.map(({ siteId }) => siteId))
    const usual = usualOf(
      before(byProfessional.since(professionalId, since)),
      [...sites].flatMap((site) => before(bySite.since(site, since))),
    )
    usuals.set(professionalId, { madeAt: at, usual })
    return usual
  }

  for (const entry of entries) {
    const { professionalId, recordedAt } = entry
    byProfessional.add(professionalId, entry)
    dayOf.add(professionalId, entry)
    bySite.add(entry.siteId, entry)
    lastDay.add(entry)
    const count = (waiting.get(professionalId) ?? 0) + 1
    waiting.set(professionalId, count % judgedEvery)
    if (recordedAt < from || count < judgedEvery) continue
    if (recordedAt - (alertedAt.get(professionalId) ?? 0) < alertMilliseconds) continue
    const day = dayOf.since(professionalId, recordedAt - dayMilliseconds)
    const usual = usualFor(professionalId, day, recordedAt)
    const judgement = judgeConduct(conductOf(day, usual, lastDay.shares()), rules)
    if (!judgement.isAlert) continue
    alertedAt.set(professionalId, recordedAt)
    alerts.push({ professionalId, at: recordedAt, judgement, entries: day })
  }
  return alerts
}
