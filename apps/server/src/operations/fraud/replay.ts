/** Runs the rules over entries as they came, as the job does by the minute: what would have been an alert, and when. */
import { dayMilliseconds, hourMilliseconds } from '@sidep/time'
import {
  conductOf,
  type Entry,
  isLate,
  isNight,
  type Nation,
  type Usual,
  usualOf,
} from './conduct.ts'
import { type Judgement, judgeConduct } from './judge.ts'
import { type FraudRule, fraudRules } from './rules.ts'

/** How far back "usual" looks. */
export const usualDays = 28
/** What is usual is worked out anew after so long. */
const usualHours = 6
/** One alert a professional and day: what comes after adds to it. */
export const alertHours = 24

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

/** Shares of the last day in all the country. */
export class NationWindow {
  readonly #entries: Entry[] = []
  #first = 0
  #positive = 0
  #late = 0
  #night = 0

  add(entry: Entry): void {
    this.#entries.push(entry)
    this.#count(entry, 1)
    const from = entry.recordedAt - dayMilliseconds
    for (
      let oldest = this.#entries[this.#first];
      oldest !== undefined && oldest.recordedAt < from;
    ) {
      this.#count(oldest, -1)
      this.#first += 1
      oldest = this.#entries[this.#first]
    }
    if (this.#first > 10_000 && this.#first * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#first)
      this.#first = 0
    }
  }

  #count(entry: Entry, by: 1 | -1): void {
    if (entry.result === 'positive') this.#positive += by
    if (isLate(entry)) this.#late += by
    if (isNight(entry)) this.#night += by
  }

  shares(): Nation {
    const count = Math.max(1, this.#entries.length - this.#first)
    return {
      positiveShare: this.#positive / count,
      lateShare: this.#late / count,
      nightShare: this.#night / count,
    }
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
  const nation = new NationWindow()
  const usuals = new Map<string, { readonly madeAt: number; readonly usual: Usual }>()
  const waiting = new Map<string, number>()
  const alertedAt = new Map<string, number>()

  const usualFor = (professionalId: string, day: readonly Entry[], at: number): Usual => {
    const known = usuals.get(professionalId)
    if (known !== undefined && at - known.madeAt < usualHours * hourMilliseconds) return known.usual
    const until = at - dayMilliseconds
    const before = (list: readonly Entry[]): readonly Entry[] =>
      list.filter(({ recordedAt }) => recordedAt < until)
    const since = at - usualDays * dayMilliseconds
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
    nation.add(entry)
    const count = (waiting.get(professionalId) ?? 0) + 1
    waiting.set(professionalId, count % judgedEvery)
    if (recordedAt < from || count < judgedEvery) continue
    if (recordedAt - (alertedAt.get(professionalId) ?? 0) < alertHours * hourMilliseconds) continue
    const day = dayOf.since(professionalId, recordedAt - dayMilliseconds)
    const usual = usualFor(professionalId, day, recordedAt)
    const judgement = judgeConduct(conductOf(day, usual, nation.shares()), rules)
    if (!judgement.isAlert) continue
    alertedAt.set(professionalId, recordedAt)
    alerts.push({ professionalId, at: recordedAt, judgement, entries: day })
  }
  return alerts
}
