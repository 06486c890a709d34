import { wallClockAt } from '@sidep/time'
import type { RuleSet, ValueSets } from './rules/rule-set.ts'

/** The payload of an EU certificate, as rules read it: `parseDcc`'s canonical one, or a 2D-DOC in its shape. */
export type RulePayload = Readonly<Record<string, unknown>>

/** How far two clocks may be apart, as in the trust bundle: a phone that is not set by the network drifts by minutes. */
export const clockLeewayMilliseconds = 5 * 60_000

/** What a rule's expressions see. */
export interface RuleData {
  readonly payload: RulePayload
  /** Instants, RFC 3339. */
  readonly external: {
    readonly validationClock: string
    /** What lies before it may have happened already, by a clock that is right. */
    readonly latestClock: string
    readonly valueSets: ValueSets
    /** Of the place whose rule it is, ISO 3166-1 alpha-2. */
    readonly countryCode: string
  }
  /**
   * The same on the wall of the place whose rule it is, written as if it were UTC: for everything that counts in days,
   * months and years. A date has no hour and is the same everywhere: the day that begins at midnight there.
   */
  readonly local: RulePayload & {
    readonly validationClock: string
    readonly latestClock: string
  }
}

/** @param place whose rules they are */
export const ruleDataOf = (
  payload: RulePayload,
  at: Date,
  { timeZone, country }: Pick<RuleSet, 'timeZone' | 'country'>,
  valueSets: ValueSets = {},
): RuleData => {
  const latest = new Date(at.getTime() + clockLeewayMilliseconds)
  const wall = (instant: Date): string => wallClockAt(instant, timeZone).toISOString()
  let local: RuleData['local'] | undefined
  return {
    payload,
    external: {
      validationClock: at.toISOString(),
      latestClock: latest.toISOString(),
      valueSets,
      countryCode: country,
    },
    // Made only for the conditions that count in days.
    get local() {
      local ??= {
        ...payload,
        ...('t' in payload && { t: testsOnTheWall(payload.t, wall) }),
        validationClock: wall(at),
        latestClock: wall(latest),
      }
      return local
    },
  }
}

const testsOnTheWall = (tests: unknown, wall: (instant: Date) => string): unknown =>
  Array.isArray(tests)
    ? tests.map((test: unknown) => {
        const { sc, ...others }: Record<string, unknown> = { ...Object(test) }
        return typeof sc === 'string' ? { ...others, sc: wall(new Date(sc)) } : others
      })
    : tests
