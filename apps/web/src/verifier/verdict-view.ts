import { hourMilliseconds } from '@sidep/time'
import type { Trust } from '@sidep/trust'
import { type CertificateView, type Step, steps, type Texts, type Verdict } from '@sidep/verdict'

/**
 * What a verifier's screen may show (invariant 7): verdict, name, birth date, and until when. Health facts stay
 * behind here: neither this type nor anything drawn from it has them, and for the national pass the codes and rules of
 * step `rules`, which would tell them, become one sentence. At a border, where the rule is what the traveller is told, it comes
 * through in words, with its times.
 */
export interface VerdictView {
  readonly verdict: Verdict['verdict']
  readonly person: {
    readonly familyName: string
    readonly firstNames: string
    readonly birthDate: string
  } | null
  /** Null when there is nothing to act on soon. */
  readonly until: Date | null
  /** What it is besides a definitive certificate, and where it was issued; null for one. */
  readonly stopgap: Stopgap | null
  /** Why not, as a key of the catalogue; null when accepted. */
  readonly reason: ReasonKey | null
  /**
   * The code of what is wrong with something that a counter made by itself, to be said to the support desk. Of others,
   * and of the rules, none: it could tell what was tested.
   */
  readonly code: string | null
  /** Where a certificate says it is from whose country's signers are not on this device; null for every other. */
  readonly country: string | null
  /** Where a refusal stopped; null for what was accepted, or could not be read. */
  readonly stoppedAt: { readonly step: Step; readonly number: number; readonly of: number } | null
  /** The rule that decided; for entry to a country only. */
  readonly rule: RuleWords | null
  /** The authority's notice by which it is accepted although its own time is over. */
  readonly tolerance: { readonly text: Texts; readonly until: Date } | null
}

export interface RuleWords {
  readonly text: Texts
  readonly from: Date | null
  readonly until: Date | null
  /** Whose clocks the times are told by, IANA. */
  readonly timeZone: string
}

export type Stopgap =
  | { readonly kind: 'provisional'; readonly site: string }
  /** The number as it is printed on the sheet. */
  | { readonly kind: 'slip'; readonly site: string; readonly number: string }

type ReasonKey =
  | 'notACertificate'
  | 'otherKind'
  | 'textTooLong'
  | 'keyboardLayout'
  | 'damaged'
  | 'signerUnknown'
  | 'signerNotLoaded'
  | 'forged'
  | 'signerNotPermitted'
  | 'expired'
  | 'notYetValid'
  | 'signerNoLongerValid'
  | 'malformed'
  | 'withdrawn'
  | 'rulesNotMet'
  | 'rulesMissing'
  | 'bookletExceeded'
  | 'kindNotPermitted'
  | 'backDated'
  | 'otherDevice'
  | 'slipExpired'
  | 'slipCancelled'
  | 'bookletWithdrawn'
  | 'revocationsUnreadable'
  | 'revocationsTooOld'

/**
 * An end further away is not shown: a doorman has nothing to do with it, and it would tell a
 * vaccination from a test. 72 h is the longest window of a test's rule.
 */
const untilShownWithinHours = 72

const reasonOfCode: Readonly<Record<string, ReasonKey>> = {
  TEXT_TOO_LONG: 'textTooLong',
  OTHER_KIND: 'otherKind',
  KEYBOARD_LAYOUT: 'keyboardLayout',
  CERTIFICATE_EXPIRED: 'expired',
  CERTIFICATE_NOT_YET_VALID: 'notYetValid',
  RULES_UNKNOWN_COUNTRY: 'rulesMissing',
  RULES_NOT_IN_FORCE: 'rulesMissing',
  PROVISIONAL_OTHER_DEVICE: 'otherDevice',
  PROVISIONAL_NUMBER: 'bookletExceeded',
  PROVISIONAL_KIND: 'kindNotPermitted',
  PROVISIONAL_BEFORE_BOOKLET: 'backDated',
  PROVISIONAL_AFTER_BOOKLET: 'backDated',
  PROVISIONAL_SAMPLED_LATER: 'backDated',
  PROVISIONAL_SAMPLED_EARLY: 'backDated',
  PROVISIONAL_IN_FUTURE: 'notYetValid',
  PROVISIONAL_EXPIRED: 'expired',
  BOOKLET_WITHDRAWN: 'bookletWithdrawn',
  SITE_WITHDRAWN: 'bookletWithdrawn',
  ALL_WITHDRAWN: 'bookletWithdrawn',
  SLIP_NOT_YET: 'notYetValid',
  SLIP_EXPIRED: 'slipExpired',
  SLIP_CANCELLED: 'slipCancelled',
  REVOCATION_LIST_UNREADABLE: 'revocationsUnreadable',
  REVOCATION_LIST_TOO_OLD: 'revocationsTooOld',
}

const reasonOfStep: Readonly<Record<Step, ReasonKey>> = {
  prefix: 'notACertificate',
  base45: 'damaged',
  zlib: 'damaged',
  cbor: 'damaged',
  cose: 'damaged',
  cwt: 'damaged',
  key: 'signerUnknown',
  signature: 'forged',
  'key-usage': 'signerNotPermitted',
  validity: 'signerNoLongerValid',
  schema: 'malformed',
  revocation: 'withdrawn',
  rules: 'rulesNotMet',
}

/** This portal's own signers are in every bundle: a French certificate that none of them signed is nobody's. */
const ownCountry = 'FR'

/** The country of a certificate of which nothing can be said here, because none of its signers was ever loaded. */
const countryNotLoaded = (verdict: Verdict, signers: Trust['signers']): string | null => {
  if (verdict.verdict !== 'refused' || verdict.code !== 'KEY_UNKNOWN') return null
  const { issuer = '' } = verdict
  const isForeign = /^[A-Z]{2}$/.test(issuer) && issuer !== ownCountry
  return isForeign && signers.every(({ country }) => country !== issuer) ? issuer : null
}

/**
 * Takes from a verdict what may be shown.
 *
 * @param signers of the trust it was judged with
 * @param checkedFor what it was judged for
 */
export const verdictView = (
  verdict: Verdict,
  signers: Trust['signers'],
  now: Date,
  checkedFor: 'pass' | 'entry',
): VerdictView => {
  const certificate = verdict.certificate
  const stopgap = certificate === null ? null : stopgapOf(certificate)
  // Nobody's name is on a slip but by hand.
  const person =
    certificate === null || stopgap?.kind === 'slip'
      ? null
      : {
          familyName: certificate.familyName,
          firstNames: certificate.firstNames,
          birthDate: certificate.birthDate,
        }
  if (verdict.verdict === 'accepted') {
    // The end of a slip is that of the sheet; until when its test counts is written by hand.
    const end = stopgap?.kind === 'slip' ? null : verdict.acceptedUntil
    const until = soon(end, now) ? end : null
    return {
      verdict: 'accepted',
      person,
      until,
      stopgap,
      reason: null,
      code: null,
      country: null,
      stoppedAt: null,
      rule: ruleOf(verdict, checkedFor),
      tolerance: toleranceOf(verdict.certificate),
    }
  }
  const country = countryNotLoaded(verdict, signers)
  const reason =
    country === null
      ? (reasonOfCode[verdict.code] ?? reasonOfStep[verdict.step])
      : 'signerNotLoaded'
  const code = stopgapCode.test(verdict.code) ? verdict.code : null
  return {
    verdict: verdict.verdict,
    person,
    until: null,
    stopgap,
    reason,
    code,
    country,
    stoppedAt: verdict.verdict === 'refused' ? placeOf(verdict.step) : null,
    rule: ruleOf(verdict, checkedFor),
    tolerance: null,
  }
}

const placeOf = (step: Step): VerdictView['stoppedAt'] => ({
  step,
  number: steps.indexOf(step) + 1,
  of: steps.length,
})

const ruleOf = ({ rule }: Verdict, checkedFor: 'pass' | 'entry'): RuleWords | null =>
  rule === undefined || checkedFor === 'pass'
    ? null
    : { text: rule.description, from: rule.from, until: rule.until, timeZone: rule.timeZone }

const toleranceOf = ({ tolerance }: CertificateView): VerdictView['tolerance'] =>
  tolerance === undefined
    ? null
    : { text: { fr: tolerance.fr, en: tolerance.en }, until: new Date(tolerance.until) }

const stopgapCode = /^(?:PROVISIONAL|BOOKLET|SLIP|SITE|ALL)_[A-Z_]+$/

const stopgapOf = ({ format, id, site = '' }: CertificateView): Stopgap | null => {
  switch (format) {
    case 'provisional':
      return { kind: format, site }
    case 'slip':
      return { kind: format, site, number: id }
    default:
      return null
  }
}

const soon = (until: Date | null, now: Date): boolean =>
  until !== null && hoursLeft(until, now) <= untilShownWithinHours

/** A name as it is on every code of a person: capitals, no accents, no marks. */
export const nameKey = ({
  familyName,
  firstNames,
}: Pick<CertificateView, 'familyName' | 'firstNames'>): string =>
  `${familyName} ${firstNames}`
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z]/g, '')

/**
 * Whether a verdict is on the other code of the certificate that is shown already: a sheet has two, the French one in
 * capitals without accents, and a camera may read one after the other.
 */
export const isOtherCodeOf = (next: VerdictView, shown: VerdictView): boolean => {
  if (next.verdict !== shown.verdict || next.person === null || shown.person === null) return false
  return (
    next.person.birthDate === shown.person.birthDate &&
    nameKey(next.person) === nameKey(shown.person) &&
    (next.person.familyName !== shown.person.familyName ||
      next.person.firstNames !== shown.person.firstNames)
  )
}

/** Begun hours until then, so that a fresh test says 72. */
export const hoursLeft = (until: Date, now: Date): number =>
  Math.max(0, Math.ceil((until.getTime() - now.getTime()) / hourMilliseconds))
