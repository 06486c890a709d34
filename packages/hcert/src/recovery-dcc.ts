import { dayAfter } from '@sidep/time'
import { dccVersion, firstCharacters, type Holder, namesOf } from './issued-fields.ts'
import type { JsonObject } from './json.ts'

/** From when to when a recovery is proven; days as `YYYY-MM-DD`. */
export interface RecoveryTerm {
  /** Day of the first positive sample, where it was taken. */
  readonly firstPositiveOn: string
  readonly validFrom: string
  /** The last day. */
  readonly validUntil: string
}

export interface RecoveryDccInput {
  readonly person: Holder
  /** SNOMED CT code of the disease. */
  readonly disease: string
  readonly term: RecoveryTerm
  /** Country of the test, ISO 3166-1 alpha-2. */
  readonly country: string
  /** Name of the issuing authority, at most 80 characters. */
  readonly issuer: string
  readonly uvci: string
}

// Regulation (EU) 2021/953: issued «at the earliest 11 days after the date» of the first positive test (article 7), valid
// «not more than 180 days after» it (annex, point 3).
const firstDay = 11
const lastDay = 180

/**
 * The days on which a positive test proves a recovery.
 *
 * @param firstPositiveOn day of the sample on the calendar of its place, `YYYY-MM-DD`
 */
export const recoveryTermFrom = (firstPositiveOn: string): RecoveryTerm => ({
  firstPositiveOn,
  validFrom: dayAfter(firstPositiveOn, firstDay),
  validUntil: dayAfter(firstPositiveOn, lastDay),
})

/**
 * The certificate of one recovery as DCC JSON, version 1.3.0.
 *
 * @returns what `issueHcert` signs; names are transliterated here (ICAO 9303 part 3)
 */
export const recoveryDcc = ({
  person,
  disease,
  term,
  country,
  issuer,
  uvci,
}: RecoveryDccInput): JsonObject => ({
  ver: dccVersion,
  nam: namesOf(person),
  dob: person.birthDate,
  r: [
    {
      tg: disease,
      fr: term.firstPositiveOn,
      df: term.validFrom,
      du: term.validUntil,
      co: country,
      is: firstCharacters(issuer),
      ci: uvci,
    },
  ],
})
