/** What is wrong with a message: where, by which rule, and in words for who mends it. */
import type { FieldCode } from '@sidep/contracts'

/** What is wrong with a message rather than with the screening that it tells. */
export const messageCodes = [
  'NOT_A_MESSAGE',
  'MESSAGE_TOO_LARGE',
  'DELIMITERS_INVALID',
  'MESSAGE_TYPE_NOT_SUPPORTED',
  'MESSAGE_EVENT_NOT_SUPPORTED',
  'VERSION_NOT_SUPPORTED',
  'PROCESSING_ID_NOT_SUPPORTED',
  'SEGMENT_MISSING',
  'SEGMENT_OUT_OF_ORDER',
  'SEGMENT_UNKNOWN',
  'BATCH_TRUNCATED',
  'BATCH_COUNT_DIFFERS',
  'TIME_TOO_IMPRECISE',
  'TEST_UNKNOWN',
  'TEST_AMBIGUOUS',
  'STATUS_CONTRADICTS',
  'RESULT_UNKNOWN',
  'RESULT_REPEATED',
  'RESULT_NOT_FOUND',
  'SITE_NOT_YOURS',
  'DOCUMENT_UNREADABLE',
  'RPPS_INVALID',
  'FINESS_INVALID',
  'REFERENCE_UNRESOLVED',
  'RESOURCE_NOT_SUPPORTED',
  'MODIFIER_UNKNOWN',
] as const
export type MessageCode = (typeof messageCodes)[number]

export type Rule = FieldCode | MessageCode

export interface MessageFault {
  /** Of HL7 v2 as ERR-2 has it: `PID^1^7`; of FHIR an expression: `Bundle.entry[0].resource.birthDate`. */
  readonly location: string
  readonly rule: Rule
}

/** HL7 table 0357, by rule; what is not named is a data type error. */
const conditionCodes: Partial<Record<Rule, string>> = {
  NOT_A_MESSAGE: '100',
  MESSAGE_TOO_LARGE: '102',
  MESSAGE_TYPE_NOT_SUPPORTED: '200',
  MESSAGE_EVENT_NOT_SUPPORTED: '201',
  PROCESSING_ID_NOT_SUPPORTED: '202',
  VERSION_NOT_SUPPORTED: '203',
  SEGMENT_MISSING: '100',
  SEGMENT_OUT_OF_ORDER: '100',
  SEGMENT_UNKNOWN: '100',
  BATCH_TRUNCATED: '100',
  REQUIRED: '101',
  NAME_EMPTY: '101',
  DEVICE_NAME_REQUIRED: '101',
  NOT_ALLOWED: '103',
  TEST_UNKNOWN: '103',
  TEST_AMBIGUOUS: '103',
  STATUS_CONTRADICTS: '103',
  RESULT_UNKNOWN: '103',
  DEVICE_UNKNOWN: '103',
  DEVICE_NOT_VALID_THEN: '103',
  KIND_NOT_PERMITTED: '103',
  DISEASE_UNKNOWN: '103',
  RPPS_INVALID: '204',
  FINESS_INVALID: '204',
  INS_INVALID: '204',
  RESULT_NOT_FOUND: '204',
  SITE_NOT_YOURS: '204',
  RESULT_REPEATED: '205',
}

export const conditionCodeOf = (rule: Rule): string => conditionCodes[rule] ?? '102'

/** FHIR value set issue-type, by rule; what is not named is `value`. */
const issueTypes: Partial<Record<Rule, string>> = {
  NOT_A_MESSAGE: 'structure',
  MESSAGE_TOO_LARGE: 'too-long',
  TOO_LONG: 'too-long',
  NAME_TOO_LONG: 'too-long',
  WRONG_TYPE: 'structure',
  UNKNOWN_FIELD: 'structure',
  SEGMENT_MISSING: 'required',
  REQUIRED: 'required',
  NAME_EMPTY: 'required',
  DEVICE_NAME_REQUIRED: 'required',
  NOT_ALLOWED: 'code-invalid',
  TEST_UNKNOWN: 'code-invalid',
  RESULT_UNKNOWN: 'code-invalid',
  DEVICE_UNKNOWN: 'code-invalid',
  DISEASE_UNKNOWN: 'code-invalid',
  KIND_NOT_PERMITTED: 'business-rule',
  DEVICE_NOT_VALID_THEN: 'business-rule',
  TEST_AMBIGUOUS: 'business-rule',
  STATUS_CONTRADICTS: 'business-rule',
  SAMPLED_TOO_OLD: 'business-rule',
  RESULT_REPEATED: 'duplicate',
  REFERENCE_UNRESOLVED: 'not-found',
  RESULT_NOT_FOUND: 'not-found',
  SITE_NOT_YOURS: 'forbidden',
  RESOURCE_NOT_SUPPORTED: 'not-supported',
  MODIFIER_UNKNOWN: 'extension',
  MESSAGE_TYPE_NOT_SUPPORTED: 'not-supported',
  MESSAGE_EVENT_NOT_SUPPORTED: 'not-supported',
}

export const issueTypeOf = (rule: Rule): string => issueTypes[rule] ?? 'value'

/** Gathers faults; of several at one place the first counts. */
export class MessageFaults {
  readonly #byLocation = new Map<string, MessageFault>()

  add(location: string, rule: Rule): void {
    if (this.#byLocation.size < faultsMax && !this.#byLocation.has(location)) {
      this.#byLocation.set(location, { location, rule })
    }
  }

  has(location: string): boolean {
    return this.#byLocation.has(location)
  }

  get list(): readonly MessageFault[] {
    return [...this.#byLocation.values()]
  }
}

/** As many as somebody reads; a message of garbage has no end of them. */
const faultsMax = 50
