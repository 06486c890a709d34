/** What real users met, and where it is bad: from the portal's sums (operations/signals), judged by the rules. */
import type { WatchedComponent } from '@sidep/contracts'
import type { UserRules } from './rules.ts'

/** What real users met within the last minutes, somewhere. */
export interface UserSignal {
  readonly component: WatchedComponent
  /**
   * Told by what was asked of the portal, by counters afterwards of the time that they could not ask it, or by their silence: sites
   * that were heard every five minutes and are not any more.
   */
  readonly by: 'requests' | 'counters' | 'silence'
  /** Null: it is not known where. */
  readonly department: string | null
  readonly attempts: number
  readonly failures: number
  /** Sites, or networks where the site is not known, that came; and those of them that did not get what they came for. */
  readonly sitesSeen: number
  readonly sites: number
  /** Share of sites that are missing at this time of other days, where that is more than on any ordinary one: closing time. */
  readonly usualShare?: number
}

/** What they met in one minute, wherever they are. */
export interface UserMinute {
  readonly component: WatchedComponent
  readonly minute: Date
  readonly attempts: number
  /** What failed for a reason that is not theirs. */
  readonly failures: number
}

export interface MetBadly {
  /** None: everywhere. */
  readonly departments: string[]
  readonly sites: number
}

/** How likely it is that as many of those who came, or more, do not get in on an ordinary day: the tail of a binomial. */
const chanceOf = (missing: number, came: number, share: number): number => {
  let probability = (1 - share) ** came
  let below = 0
  for (let count = 0; count < missing; count += 1) {
    below += probability
    probability *= ((came - count) / (count + 1)) * (share / (1 - share))
  }
  // Of thousands the terms are nothing, and so is the chance of twice the share.
  if (below === 0) return missing > came * share * 2 ? 0 : 1
  return Math.max(0, 1 - below)
}

type Met = Pick<UserSignal, 'attempts' | 'failures' | 'sitesSeen' | 'sites' | 'usualShare'>

const isBad = (
  { attempts, failures, sitesSeen, sites, usualShare = 0 }: Met,
  { failedShareMin, attemptsMin, sitesMin, usualShare: ordinaryShare, chanceMax }: UserRules,
): boolean =>
  attempts >= attemptsMin &&
  sites >= sitesMin &&
  failures / attempts >= failedShareMin &&
  chanceOf(sites, Math.max(sites, sitesSeen), Math.max(ordinaryShare, usualShare)) <= chanceMax

const sumOf = (signals: readonly Met[]): Met => {
  const sum = (of: (signal: Met) => number): number =>
    signals.reduce((total, signal) => total + of(signal), 0)
  const seen = sum(({ sitesSeen }) => sitesSeen)
  const usual = sum(({ sitesSeen, usualShare = 0 }) => sitesSeen * usualShare)
  return {
    attempts: sum(({ attempts }) => attempts),
    failures: sum(({ failures }) => failures),
    sitesSeen: seen,
    usualShare: seen === 0 ? 0 : usual / seen,
    sites: sum(({ sites }) => sites),
  }
}

const metBy = (signals: readonly UserSignal[], rules: UserRules): MetBadly | null => {
  const bad = signals.filter((signal) => isBad(signal, rules))
  const all = sumOf(signals)
  if (isBad(all, rules)) {
    // Whoever fails is everywhere, unless most places that are known are well.
    const known = signals.filter(({ department }) => department !== null)
    const isLocal = bad.length > 0 && known.length > bad.length * 2
    if (!isLocal) return { departments: [], sites: all.sites }
  }
  const departments = bad.flatMap(({ department }) => department ?? [])
  if (departments.length === 0) return null
  return { departments: departments.toSorted(), sites: sumOf(bad).sites }
}

const ways: readonly UserSignal['by'][] = ['requests', 'counters', 'silence']

/** @param signals of one component @returns where it fails for those who come; null when nowhere for certain */
export const metBadly = (signals: readonly UserSignal[], rules: UserRules): MetBadly | null => {
  for (const way of ways) {
    const met = metBy(
      signals.filter(({ by }) => by === way),
      rules,
    )
    if (met !== null) return met
  }
  return null
}
