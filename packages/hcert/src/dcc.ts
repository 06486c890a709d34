import type { JsonObject } from './json.ts'

/** A read EU Digital COVID Certificate, DCC schema 1.0 to 1.3: one person, one kind of entry. */
export interface Dcc {
  /** Schema version, `1.3.0`. */
  readonly version: string
  readonly name: DccName
  /** `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or empty when unknown. */
  readonly dateOfBirth: string
  /** What it is judged by; of several entries of its kind the latest. */
  readonly entry: DccEntry
  /** Every entry, the one it is judged by among them. */
  readonly entries: readonly DccEntry[]
  /**
   * The certificate as JSON, `{ver, nam, dob, t|v|r}`, with that one entry: what CertLogic rules are evaluated on.
   * Texts are without blanks around them, dates are `YYYY-MM-DD` (a birth date as much of it as is known), times
   * RFC 3339 in UTC.
   */
  readonly canonical: JsonObject
}

/** At least one of the four is present; each has a letter in it. */
export interface DccName {
  /** Family name as written. */
  readonly fn?: string
  /** Family name in ICAO 9303 letters, A–Z and `<`; others' certificates have spaces, hyphens and small letters too. */
  readonly fnt?: string
  /** First names as written. */
  readonly gn?: string
  /** First names as `fnt`. */
  readonly gnt?: string
}

export type DccEntry = TestEntry | VaccinationEntry | RecoveryEntry
export type DccKind = DccEntry['kind']

interface EntryCommon {
  /** SNOMED CT code of the disease, `840539006` for COVID-19. */
  readonly disease: string
  /** Country of the test or vaccination, ISO 3166-1 alpha-2, or an organisation such as UNHCR. */
  readonly country: string
  readonly issuer: string
  /** Unique certificate identifier. */
  readonly uvci: string
}

export interface TestEntry extends EntryCommon {
  readonly kind: 'test'
  /** LOINC part: `LP217198-3` rapid antigen, `LP6464-4` nucleic acid amplification. */
  readonly testType: string
  /** Name of a nucleic acid test. */
  readonly testName?: string
  /** Id of a rapid test on the EU list. */
  readonly device?: string
  readonly sampledAt: Date
  /** When the result was read; schema 1.2 and before. */
  readonly resultAt?: Date
  /** SNOMED CT: `260415000` not detected, `260373001` detected. */
  readonly result: string
  readonly centre?: string
}

export interface VaccinationEntry extends EntryCommon {
  readonly kind: 'vaccination'
  readonly vaccine: string
  readonly product: string
  readonly manufacturer: string
  readonly dose: number
  readonly doses: number
  /** `YYYY-MM-DD`. */
  readonly vaccinatedOn: string
}

export interface RecoveryEntry extends EntryCommon {
  readonly kind: 'recovery'
  /** `YYYY-MM-DD` of the first positive test. */
  readonly firstPositiveOn: string
  /** `YYYY-MM-DD`, inclusive. */
  readonly validFrom: string
  /** `YYYY-MM-DD`, inclusive. */
  readonly validUntil: string
}
