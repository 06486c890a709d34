import type { CertLogicExpression } from 'certlogic-js'

export interface Texts {
  readonly fr: string
  readonly en: string
}

/** One condition, after the EU's rule format (eHealth Network, validation rules §3). */
export interface Rule {
  /** Stable: `FR-PASS-TEST-1`. */
  readonly id: string
  /** The kind of certificate that it concerns; for others it is not evaluated. */
  readonly about: 'any' | 'test' | 'vaccination' | 'recovery'
  /** What a verdict says when the condition does not hold. Tells something about health. */
  readonly code: string
  readonly description: Texts
  /** The legal text and clause that the condition comes from. */
  readonly source: string
  /** Over `{payload, external, local}` (`RuleData`): true when it holds or does not concern this certificate. */
  readonly logic: CertLogicExpression
  /** Yields the instant at which the condition stops holding, or something else for never. */
  readonly until?: CertLogicExpression
  /** The same as the clock on the wall of the set's place reads then. */
  readonly untilOnTheWall?: CertLogicExpression
}

/** All conditions of one country for one purpose, in force for a time. */
export interface RuleSet {
  readonly id: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  readonly purpose: 'pass' | 'entry'
  /** Where its days begin and end, IANA: a calendar day is a day of the place whose rule it is. */
  readonly timeZone: string
  readonly title: Texts
  /** RFC 3339; null = open on that side. From is inclusive, until exclusive. */
  readonly inForce: { readonly from: string | null; readonly until: string | null }
  readonly rules: readonly Rule[]
}

/** Which rule sets are in force: configuration, not code. */
export interface RuleProfile {
  readonly id: string
  readonly sets: readonly RuleSet[]
}
