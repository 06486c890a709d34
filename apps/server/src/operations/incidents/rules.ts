/** When an incident opens and closes: the numbers, with where they come from. */
import { dayMilliseconds, hourMilliseconds, minuteMilliseconds } from '@sidep/time'

/** A pair of windows, and how fast the error budget burns in both of them when somebody is to be told. */
export interface BurnRule {
  readonly name: 'burn-1h' | 'burn-6h' | 'burn-3d'
  readonly longMinutes: number
  readonly shortMinutes: number
  /** Times the pace at which the budget of 30 days lasts exactly 30 days. */
  readonly factor: number
}

export interface IncidentRules {
  /** Probes that fail one after the other until a component counts as down, and from the first to the last of them how long. */
  readonly failuresToOpen: number
  readonly failingMillisecondsToOpen: number
  /** Rounds that succeed one after the other until it counts as back; doubled with each relapse of the same incident. */
  readonly successesToRecover: number
  readonly successesToRecoverMax: number
  /** How long everything has to be well before the incident is over; doubled likewise. */
  readonly calmMilliseconds: number
  readonly calmMillisecondsMax: number
  /** What fails this long after an incident opened belongs to it; later it is one of its own. */
  readonly joinMilliseconds: number
  /** Probes of a component that come sooner after each other count once in what follows. */
  readonly countedMillisecondsMin: number
  /** Share of probes that may fail. */
  readonly errorBudget: number
  readonly burn: readonly BurnRule[]
  /** Failures in the short window below which nothing burns: one alone says nothing. */
  readonly burnFailuresMin: number
  /** How long after the end of planned maintenance a component may still be on its way back. */
  readonly maintenanceGraceMilliseconds: number
  readonly users: UserRules
}

/** When what real users meet is an incident that probes do not see. */
export interface UserRules {
  /** Looks in a row, one a minute at the last minutes, that must agree. */
  readonly looksToOpen: number
  readonly failedShareMin: number
  readonly attemptsMin: number
  /** From fewer sites it may be one person who mistypes. */
  readonly sitesMin: number
  /** Share of sites that come and do not get in on an ordinary day, with room: given up, no phone at hand, a tab that is closed. */
  readonly usualShare: number
  /**
   * Of one look at one place: what is as likely as that on an ordinary day is nothing. There are a hundred places, two doors and
   * 4,000 looks a month that have little to do with each other.
   */
  readonly chanceMax: number
  /** What a look sees is of so long before it. */
  readonly lateMilliseconds: number
  /** Share of sign-ins and entries that may fail for a reason of ours: beyond it the budget burns, by the same windows. */
  readonly errorBudget: number
  readonly burnFailuresMin: number
  /** Looks in a row without failures beyond the bound until it is over. */
  readonly looksToRecover: number
}

/**
 * A door that is killed is met by the next probe within 5 s; the last one that counts begins 17.5 s after that and gives up
 * after 5: 27.5 s at most, within the half minute that is promised. A restart, a deployment, a network that turns over are
 * back within 15.
 *
 * Windows and factors: Site Reliability Workbook, chapter 5, table 5-8 ("Multiwindow, multi-burn-rate alerts"). The budget
 * is half a percent: probes of one place lose some by themselves.
 */
export const incidentRules: IncidentRules = {
  failuresToOpen: 5,
  failingMillisecondsToOpen: 17_500,
  successesToRecover: 4,
  successesToRecoverMax: 64,
  calmMilliseconds: 3 * minuteMilliseconds,
  calmMillisecondsMax: 24 * minuteMilliseconds,
  joinMilliseconds: 10 * minuteMilliseconds,
  countedMillisecondsMin: 4_500,
  errorBudget: 0.005,
  burn: [
    { name: 'burn-1h', longMinutes: 60, shortMinutes: 5, factor: 14.4 },
    { name: 'burn-6h', longMinutes: 6 * 60, shortMinutes: 30, factor: 6 },
    { name: 'burn-3d', longMinutes: 3 * 24 * 60, shortMinutes: 6 * 60, factor: 1 },
  ],
  burnFailuresMin: 3,
  maintenanceGraceMilliseconds: 2 * minuteMilliseconds,
  users: {
    looksToOpen: 3,
    failedShareMin: 0.5,
    attemptsMin: 6,
    sitesMin: 3,
    usualShare: 0.15,
    chanceMax: 1e-7,
    lateMilliseconds: 14 * minuteMilliseconds,
    errorBudget: 0.02,
    burnFailuresMin: 12,
    looksToRecover: 10,
  },
}

/** History that the status page shows; the log keeps it a little longer. */
export const historyDays = 90
export const logKeptMilliseconds = (historyDays + 7) * dayMilliseconds
/** The longest plan that is believed: beyond it somebody mistyped. */
export const maintenanceMillisecondsMax = 24 * hourMilliseconds
