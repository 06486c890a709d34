/** OperationOutcome (FHIR R4 §2.34): what is wrong, where, by which rule, in the sender's language. */
import { issueTypeOf, type MessageFault } from '../faults.ts'
import { laterText, type TextLanguage, textOf } from '../texts.ts'

export interface Issue {
  readonly severity: 'error' | 'information'
  /** Value set issue-type. */
  readonly code: string
  readonly details: {
    readonly coding?: readonly { readonly system: string; readonly code: string }[]
    readonly text: string
  }
  readonly diagnostics?: string
  readonly expression?: readonly string[]
}

export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome'
  readonly issue: readonly Issue[]
}

export interface OutcomeContext {
  /** Address that everything published is below. */
  readonly base: string
  readonly language: TextLanguage
}

const outcome = (...issue: Issue[]): OperationOutcome => ({
  resourceType: 'OperationOutcome',
  issue,
})

/** The code system that names our rules; published by the port. */
export const ruleSystemOf = (base: string): string => `${base}/CodeSystem/sidep-rules`

export const faultyOutcome = (
  faults: readonly MessageFault[],
  { base, language }: OutcomeContext,
): OperationOutcome =>
  outcome(
    ...faults.map(
      ({ location, rule }): Issue => ({
        severity: 'error',
        code: issueTypeOf(rule),
        details: {
          coding: [{ system: ruleSystemOf(base), code: rule }],
          text: textOf(rule, language),
        },
        expression: [location],
      }),
    ),
  )

/** Our trouble: never the sender's to mend. */
export const laterOutcome = (
  code: string,
  retryAfterSeconds: number,
  { language }: OutcomeContext,
): OperationOutcome =>
  outcome({
    severity: 'error',
    code: code === 'OVERLOADED' ? 'throttled' : 'transient',
    details: { text: laterText(retryAfterSeconds, language) },
    diagnostics: code,
  })

const goodTexts: Readonly<Record<'recorded' | 'sound', Readonly<Record<TextLanguage, string>>>> = {
  recorded: { fr: 'Enregistré.', en: 'Recorded.' },
  sound: { fr: 'Rien à corriger.', en: 'Nothing to mend.' },
}

export const goodOutcome = (
  said: keyof typeof goodTexts,
  { language }: OutcomeContext,
  diagnostics?: string,
): OperationOutcome =>
  outcome({
    severity: 'information',
    code: 'informational',
    details: { text: goodTexts[said][language] },
    ...(diagnostics === undefined ? {} : { diagnostics }),
  })

/** What is wrong with a request rather than with what it brings. */
const requestFaults = {
  CERTIFICATE_UNKNOWN: {
    status: 403,
    code: 'forbidden',
    fr: 'Ce certificat n’est celui d’aucun laboratoire inscrit.',
    en: 'This certificate is of no laboratory that is registered.',
  },
  NOT_FOUND: {
    status: 404,
    code: 'not-found',
    fr: 'Rien à cette adresse : GET /fhir/metadata dit ce qu’il y a.',
    en: 'Nothing at this address: GET /fhir/metadata says what there is.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    code: 'not-supported',
    fr: 'Cette adresse ne connaît pas cette méthode.',
    en: 'This address does not know this method.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    code: 'not-supported',
    fr: 'Les réponses sont en JSON : Accept: application/fhir+json.',
    en: 'Answers are in JSON: Accept: application/fhir+json.',
  },
  REQUEST_TOO_SLOW: {
    status: 408,
    code: 'timeout',
    fr: 'La requête n’est pas arrivée entière à temps.',
    en: 'The request was not whole in time.',
  },
  CONDITION_NOT_SUPPORTED: {
    status: 412,
    code: 'not-supported',
    fr: 'Aucune version n’est conservée ici : If-Match ne peut être respecté.',
    en: 'No versions are kept here: If-Match cannot be held to.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    code: 'too-long',
    fr: 'Plus de 4 Mio : envoyez plusieurs lots.',
    en: 'More than 4 MiB: send several bundles.',
  },
  MEDIA_TYPE_UNSUPPORTED: {
    status: 415,
    code: 'not-supported',
    fr: 'Du JSON de FHIR R4, en UTF-8, sans compression : Content-Type: application/fhir+json.',
    en: 'JSON of FHIR R4, in UTF-8, not compressed: Content-Type: application/fhir+json.',
  },
  REQUEST_MALFORMED: {
    status: 400,
    code: 'structure',
    fr: 'Ce n’est pas une requête HTTP.',
    en: 'This is no HTTP request.',
  },
} as const

export type RequestFault = keyof typeof requestFaults

export const statusOf = (fault: RequestFault): number => requestFaults[fault].status

export const requestOutcome = (
  fault: RequestFault,
  { language }: Pick<OutcomeContext, 'language'>,
): OperationOutcome => {
  const { code, [language]: text } = requestFaults[fault]
  return outcome({ severity: 'error', code, details: { text }, diagnostics: fault })
}
