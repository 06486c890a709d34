/** What real users met, and where it is bad: from the portal's sums (operations/signals), judged by the rules. */
import type { Component } from './components.ts'
import type { UserRules } from './rules.ts'

/** What real users met within the last minutes, somewhere. */
export interface UserSignal {
  readonly component: Component
  /** Told by what was asked of the portal, or by counters afterwards of the time that they could not ask it. */
  readonly by: 'requests' | 'counters'
  /** Null: it is not known where. */
  readonly department: string | null
  readonly attempts: number
  readonly failures: number
  /** Sites, or networks where the site is not known, that failures came from. */
  readonly sites: number
}

/** What they met in one minute, wherever they are. */
export interface UserMinute {
  readonly component: Component
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

const metBy = (
  signals: readonly UserSignal[],
  { failedShareMin, attemptsMin, sitesMin }: UserRules,
): MetBadly | null => {
  const isBad = (attempts: number, failures: number, sites: number): boolean =>
    attempts >= attemptsMin && sites >= sitesMin && failures / attempts >= failedShareMin
  const sum = (of: (signal: UserSignal) => number): number =>
    signals.reduce((total, signal) => total + of(signal), 0)
  const bad = signals.filter(({ attempts, failures, sites }) => isBad(attempts, failures, sites))
  const sites = sum((signal) => signal.sites)
  if (
    isBad(
      sum(({ attempts }) => attempts),
      sum(({ failures }) => failures),
      sites,
    )
  ) {
    // Whoever fails is everywhere, unless most places that are known are well.
    const known = signals.filter(({ department }) => department !== null)
    const isLocal = bad.length > 0 && known.length > bad.length * 2
    if (!isLocal) return { departments: [], sites }
  }
  const departments = bad.flatMap(({ department }) => department ?? [])
  if (departments.length === 0) return null
  return {
    departments: departments.toSorted(),
    sites: bad.reduce((total, signal) => total + signal.sites, 0),
  }
}

/** @param signals of one component @returns where it fails for those who come; null when nowhere for certain */
export const metBadly = (signals: readonly UserSignal[], rules: UserRules): MetBadly | null =>
  metBy(
    signals.filter(({ by }) => by === 'requests'),
    rules,
  ) ??
  metBy(
    signals.filter(({ by }) => by === 'counters'),
    rules,
  )
