import type { ToleranceNotice } from '@sidep/trust'
import type { Texts } from './rules/rule-set.ts'

/** The steps of verification, in their order. */
export const steps = [
  'prefix',
  'base45',
  'zlib',
  'cbor',
  'cose',
  'cwt',
  'key',
  'signature',
  'key-usage',
  'validity',
  'schema',
  'revocation',
  'rules',
] as const
export type Step = (typeof steps)[number]

/** What the certificate is checked for. `none`: genuine and valid, no country's rules. */
export type Purpose =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pass' | 'entry'
      readonly country: string
      /** Where in the country, as its rule sets name it; the country's own rules when absent or without any. */
      readonly region?: string
    }

/**
 * What a verifier must say:
 * PROVISIONAL: made by a counter alone, the definitive certificate is still to come;
 * HANDWRITTEN: only the sheet is vouched for, not what is written on it by hand;
 * CHECK_IDENTITY: compare with an identity document.
 */
export type Notice = 'PROVISIONAL' | 'HANDWRITTEN' | 'CHECK_IDENTITY'

/** What a verifier may show of a certificate, and apart from it what it may not. */
export interface CertificateView {
  readonly format: 'hcert' | 'twoddoc' | 'provisional' | 'slip'
  readonly kind: 'test' | 'vaccination' | 'recovery'
  readonly familyName: string
  readonly firstNames: string
  /** YYYY-MM-DD, or YYYY-MM, YYYY or empty where that is all the certificate says. */
  readonly birthDate: string
  /** UVCI of an EU or provisional certificate; SHA-256 of the signed text of a 2D-DOC, hex; serial of a slip. */
  readonly id: string
  /** Issuer as the certificate has it: country of the CWT, or authority/certificate of the 2D-DOC. */
  readonly issuer: string
  /** Where it was issued, of a provisional certificate or a slip. */
  readonly site?: string
  /** What a verifier must say with it, whatever the verdict; nothing when absent. */
  readonly notices?: readonly Notice[]
  /** The authority's notice by which it is accepted although its own time is over. */
  readonly tolerance?: Pick<ToleranceNotice, 'id' | 'until' | 'fr' | 'en'>
  /** Health facts, in the shape of an EU certificate's payload. Never for a doorman's screen. */
  readonly medical: Readonly<Record<string, unknown>>
}

/** The rule that decides, and from when to when it is met; null = no such end is known. Tells something about health. */
export interface RuleView {
  readonly id: string
  readonly description: Texts
  readonly from: Date | null
  readonly until: Date | null
  /** Whose clocks those times are to be told by, IANA. */
  readonly timeZone: string
}

export type Accepted = {
  readonly verdict: 'accepted'
  readonly step: null
  readonly code: 'ACCEPTED'
  readonly certificate: CertificateView
  /** From then on the same check would refuse; null = no end is known. */
  readonly acceptedUntil: Date | null
  /** The rule that ends it first, where one does. */
  readonly rule?: RuleView
}

export type Declined = {
  /** `unreadable`: not a certificate that can be read. `refused`: readable, and not to be accepted. */
  readonly verdict: 'refused' | 'unreadable'
  readonly step: Step
  /** Stable; of the layer that failed. The codes of step `rules` tell something about health. */
  readonly code: string
  /** What was read, when it came that far; nobody vouches for it before step `signature` passed. */
  readonly certificate: CertificateView | null
  /** Country that it says signed it, when nobody here is known who could have: vouched for by nobody. */
  readonly issuer?: string
  /** The rule that did not hold. */
  readonly rule?: RuleView
}

export type Verdict = Accepted | Declined

export const unreadable = (step: Step, code: string): Declined => ({
  verdict: 'unreadable',
  step,
  code,
  certificate: null,
})

export const refused = (
  step: Step,
  code: string,
  certificate: CertificateView | null = null,
): Declined => ({ verdict: 'refused', step, code, certificate })

export const accepted = (
  certificate: CertificateView,
  acceptedUntil: Date | null,
  rule?: RuleView,
): Accepted => ({
  verdict: 'accepted',
  step: null,
  code: 'ACCEPTED',
  certificate,
  acceptedUntil,
  ...(rule !== undefined && { rule }),
})

/** The earliest of the ends that are known. */
export const earliest = (...ends: readonly (Date | null)[]): Date | null => {
  let first: Date | null = null
  for (const end of ends) if (end !== null && (first === null || end < first)) first = end
  return first
}
