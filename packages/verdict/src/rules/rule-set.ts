import type { CertLogicExpression } from 'certlogic-js'

export interface Texts {
  readonly fr: string
  readonly en: string
}

/** RFC 3339; null = open on that side. From is inclusive, until exclusive. */
export interface Period {
  readonly from: string | null
  readonly until: string | null
}

/**
 * From when to when a condition holds for a certificate: each expression yields an instant, or what the clock on the
 * wall of the set's place reads then, or something else where there is none.
 */
export interface Holds {
  readonly from?: CertLogicExpression
  readonly fromOnTheWall?: CertLogicExpression
  /** From then on it does not hold any more. */
  readonly until?: CertLogicExpression
  readonly untilOnTheWall?: CertLogicExpression
  /** A day to whose end it holds. */
  readonly lastDayOnTheWall?: CertLogicExpression
}

/** One condition, after the EU's rule format (eHealth Network, validation rules §3). */
export interface Rule {
  /** Stable: `FR-PASS-TEST-4`. A condition that was changed keeps it; no two of one id are in force at once. */
  readonly id: string
  /** The kind of certificate that it concerns; for others it is not evaluated. */
  readonly about: 'any' | 'test' | 'vaccination' | 'recovery'
  /** What a verdict says when the condition does not hold. Tells something about health. */
  readonly code: string
  readonly description: Texts
  /** The legal text and clause that the condition comes from. */
  readonly source: string
  /** Within the set's own time; all of it when absent. */
  readonly inForce?: Period
  /** Which certificates of that kind it concerns, over `{payload, external, local}` (`RuleData`); all when absent. */
  readonly when?: CertLogicExpression
  /** The condition, over the same: true when it holds. */
  readonly logic: CertLogicExpression
  readonly holds?: Holds
}

/** For whom none of a set's conditions is asked. */
export interface Exemption {
  readonly description: Texts
  readonly source: string
  readonly logic: CertLogicExpression
  /** What the clock on the wall reads when it ends. */
  readonly untilOnTheWall?: CertLogicExpression
}

/** All conditions of one country for one purpose, each with its own time. */
export interface RuleSet {
  readonly id: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** Where in the country it applies instead of the country's own, as the country names it; null = everywhere. */
  readonly region: string | null
  readonly purpose: 'pass' | 'entry'
  /** Where its days begin and end, IANA: a calendar day is a day of the place whose rule it is. */
  readonly timeZone: string
  readonly title: Texts
  readonly inForce: Period
  readonly exempt?: Exemption
  readonly rules: readonly Rule[]
}

/** Which rule sets are in force: configuration, not code. */
export interface RuleProfile {
  readonly id: string
  readonly sets: readonly RuleSet[]
  /** What conditions compare codes with, as `external.valueSets`; none when absent. */
  readonly valueSets?: ValueSets
}

/** Codes of values by the names of their sets. */
export type ValueSets = Readonly<Record<string, readonly string[]>>
