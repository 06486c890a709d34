/**
 * Whether a card's certificate lets its holder in. The order is that of belief: who issued it, then what the issuer
 * says of it, then whether the issuer has taken it back, then who it names.
 */
import { type Authorities, type Authority, isIssuedBy } from './authorities.ts'
import { type CertificateFacts, keyUsages, readCertificate } from './certificate.ts'
import { isKeyStrong, signatureHashes } from './signature-algorithms.ts'
import { type CardHolder, parseCardSubject } from './subject.ts'

/**
 * What the lists say of one serial number of one authority. `overdue`: not revoked by a list whose successor is
 * late, within the time that the configuration allows. `unknown`: no list, or too late a one.
 */
export type RevocationStatus = 'good' | 'overdue' | 'revoked' | 'unknown'

export type StatusOf = (authority: Authority, serialNumber: string) => RevocationStatus

export type CardRefusal =
  | 'CARD_UNREADABLE'
  | 'CARD_AUTHORITY_UNKNOWN'
  | 'CARD_ALGORITHM'
  | 'CARD_NOT_YET_VALID'
  | 'CARD_EXPIRED'
  | 'CARD_USAGE'
  | 'CARD_REVOKED'
  | 'CARD_REVOCATION_UNKNOWN'
  | 'CARD_SUBJECT_UNREADABLE'

export type CardCheck =
  | {
      readonly ok: true
      readonly holder: CardHolder
      readonly issuer: Authority
      /** Hexadecimal. */
      readonly serial: string
      /** Whether a list that decided was past its next update. */
      readonly overdue: boolean
    }
  | { readonly ok: false; readonly code: CardRefusal }

// RFC 5280 §4.2.1.12
const clientAuthentication = '1.3.6.1.5.5.7.3.2'

const isCurrent = ({ notBefore, notAfter }: CertificateFacts, at: Date): boolean =>
  at >= notBefore && at <= notAfter

const isMadeForSigningIn = (card: CertificateFacts): boolean =>
  card.basicConstraints?.ca !== true &&
  (card.keyUsage & keyUsages.digitalSignature) !== 0 &&
  card.extendedKeyUsages.includes(clientAuthentication) &&
  card.unknownCritical.length === 0

/** The way up, the card's issuer first. */
const chainOf = (authority: Authority): Authority[] =>
  authority.issuer === null ? [authority] : [authority, ...chainOf(authority.issuer)]

type Issuing = { readonly issuer: Authority } | { readonly code: CardRefusal }

/** A root issues authorities, not cards: only what stands under one counts. */
const findIssuer = (card: CertificateFacts, authorities: Authorities, at: Date): Issuing => {
  const named = authorities.bySubject(card.issuer).filter(({ issuer }) => issuer !== null)
  if (named.length === 0) return { code: 'CARD_AUTHORITY_UNKNOWN' }
  if (!signatureHashes.has(card.signatureAlgorithm)) return { code: 'CARD_ALGORITHM' }
  const issuer = named.find(({ facts }) => isIssuedBy(card, facts))
  if (issuer === undefined || !chainOf(issuer).every(({ facts }) => isCurrent(facts, at))) {
    return { code: 'CARD_AUTHORITY_UNKNOWN' }
  }
  return isKeyStrong(card.native.publicKey) ? { issuer } : { code: 'CARD_ALGORITHM' }
}

/** Whether a list takes a serial number of an authority back, or one above it. */
export const revocationOf = (serial: string, issuer: Authority, statusOf: StatusOf): boolean =>
  statusOf(issuer, serial) === 'revoked' ||
  chainOf(issuer).some(
    ({ facts, issuer: next }) => next !== null && statusOf(next, facts.serialNumber) === 'revoked',
  )

/** What the lists say of the card and of each authority above it but the root, whom nobody lists. */
const findStatus = (
  card: CertificateFacts,
  issuer: Authority,
  statusOf: StatusOf,
): 'good' | 'overdue' | CardRefusal => {
  const own = statusOf(issuer, card.serialNumber)
  if (own === 'revoked') return 'CARD_REVOKED'
  const above = chainOf(issuer).map(({ facts, issuer: next }) =>
    next === null ? 'good' : statusOf(next, facts.serialNumber),
  )
  if (above.includes('revoked')) return 'CARD_AUTHORITY_UNKNOWN'
  const all = [own, ...above]
  if (all.includes('unknown')) return 'CARD_REVOCATION_UNKNOWN'
  return all.includes('overdue') ? 'overdue' : 'good'
}

/**
 * Checks a card's certificate. That its key is at hand was proved by the TLS handshake (RFC 8446 §4.4.3), here or
 * at the proxy; everything else is decided here, without asking anybody.
 *
 * @param der the certificate alone; a chain sent along is of no interest
 * @param statusOf what the revocation lists say now
 */
export const checkCard = (
  der: Uint8Array,
  authorities: Authorities,
  statusOf: StatusOf,
  at: Date,
): CardCheck => {
  const card = readCertificate(der)
  if (card === null) return { ok: false, code: 'CARD_UNREADABLE' }
  const issuing = findIssuer(card, authorities, at)
  if ('code' in issuing) return { ok: false, code: issuing.code }
  if (at < card.notBefore) return { ok: false, code: 'CARD_NOT_YET_VALID' }
  if (at > card.notAfter) return { ok: false, code: 'CARD_EXPIRED' }
  if (!isMadeForSigningIn(card)) return { ok: false, code: 'CARD_USAGE' }
  const status = findStatus(card, issuing.issuer, statusOf)
  if (status !== 'good' && status !== 'overdue') return { ok: false, code: status }
  const subject = parseCardSubject(card.subjectNames)
  if (!subject.ok) return { ok: false, code: subject.code }
  return {
    ok: true,
    holder: subject.value,
    issuer: issuing.issuer,
    serial: card.serialNumber,
    overdue: status === 'overdue',
  }
}
