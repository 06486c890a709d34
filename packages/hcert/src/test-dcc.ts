import { dccVersion, firstCharacters, type Holder, namesOf } from './issued-fields.ts'
import type { JsonObject } from './json.ts'

export interface TestDccInput {
  readonly person: Holder
  readonly test: {
    /** SNOMED CT code of the disease. */
    readonly disease: string
    /** LOINC part, `LP217198-3` or `LP6464-4`. */
    readonly testType: string
    /** Id on the EU list of rapid tests; only for those. */
    readonly device?: string
    /** Name of a nucleic acid test; only for those. */
    readonly testName?: string
    readonly sampledAt: Date
    readonly result: 'negative' | 'positive'
    /** Name of the place of the test; cut at 80 characters. */
    readonly centre: string
  }
  /** Country of the test, ISO 3166-1 alpha-2. */
  readonly country: string
  /** Name of the issuing authority, at most 80 characters. */
  readonly issuer: string
  readonly uvci: string
}

/** SNOMED CT: value set `test-result` of the eHealth Network. */
export const testResultCode = { negative: '260415000', positive: '260373001' } as const

/**
 * The certificate of one test as DCC JSON, version 1.3.0.
 *
 * @returns what `issueHcert` signs; names are transliterated here (ICAO 9303 part 3)
 */
export const testDcc = (input: TestDccInput): JsonObject => {
  const { person, test, country, issuer, uvci } = input
  return {
    ver: dccVersion,
    nam: namesOf(person),
    dob: person.birthDate,
    t: [
      {
        tg: test.disease,
        tt: test.testType,
        ...(test.testName !== undefined && { nm: firstCharacters(test.testName) }),
        ...(test.device !== undefined && { ma: test.device }),
        sc: wholeSeconds(test.sampledAt),
        tr: testResultCode[test.result],
        tc: firstCharacters(test.centre),
        co: country,
        is: firstCharacters(issuer),
        ci: uvci,
      },
    ],
  }
}

const wholeSeconds = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`
