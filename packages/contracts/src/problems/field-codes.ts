/** A fault in one field of a request: where (JSON pointer, RFC 6901) and which rule. */
export interface FieldFault {
  readonly pointer: string
  readonly code: FieldCode
}

/** The rules a field can break; the web's catalogues have a sentence for each. */
export const fieldCodes = [
  'REQUIRED',
  'UNKNOWN_FIELD',
  'WRONG_TYPE',
  'TOO_SHORT',
  'TOO_LONG',
  'NOT_ALLOWED',
  'MALFORMED',
  'ID_NOT_UUIDV7',
  'NAME_EMPTY',
  'NAME_CHARACTERS',
  'NAME_TOO_LONG',
  'BIRTH_DATE_NOT_REAL',
  'BIRTH_DATE_IN_FUTURE',
  'BIRTH_DATE_TOO_OLD',
  'SAMPLED_IN_FUTURE',
  'SAMPLED_TOO_OLD',
  'LATE_REASON_REQUIRED',
  'SAMPLED_BEFORE_BIRTH',
  'RESULT_BEFORE_SAMPLING',
  'RESULT_IN_FUTURE',
  'DEVICE_UNKNOWN',
  'DEVICE_NOT_VALID_THEN',
  'DEVICE_NAME_REQUIRED',
  'KIND_NOT_PERMITTED',
  'DISEASE_UNKNOWN',
  'PHONE_INVALID',
  'PHONE_PREMIUM',
  'EMAIL_INVALID',
  'INS_INVALID',
  'SYMPTOM_ONSET_INVALID',
] as const
export type FieldCode = (typeof fieldCodes)[number]
