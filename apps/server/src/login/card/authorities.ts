/**
 * The authorities whose cards are believed: a bundle of roots and of the authorities under them, checked once. What
 * a client sends along in its chain is never looked at.
 */
import { createHash } from 'node:crypto'
import { type CertificateFacts, keyUsages, readCertificate } from './certificate.ts'
import { isKeyStrong, signatureHashes } from './signature-algorithms.ts'

export interface Authority {
  readonly facts: CertificateFacts
  /** Name and key: certificates of one key, renewed, are one signer of lists. */
  readonly signerId: string
  /** The one that issued it; null for a root. */
  readonly issuer: Authority | null
}

export interface Authorities {
  /** Roots included, by subject; several may have one name during a change of keys. */
  bySubject(subject: string): readonly Authority[]
  readonly all: readonly Authority[]
  /** PEM, for the list of names that a TLS server tells clients. */
  readonly pem: string
}

export type AuthoritiesReading =
  | { readonly ok: true; readonly value: Authorities }
  /** `index` is the place in the bundle, from 0; null: the bundle as a whole. */
  | { readonly ok: false; readonly code: AuthorityFault; readonly index: number | null }

export type AuthorityFault =
  | 'BUNDLE_EMPTY'
  | 'BUNDLE_WITHOUT_ISSUER'
  | 'MALFORMED'
  | 'NOT_AN_AUTHORITY'
  | 'ALGORITHM'
  | 'WITHOUT_ROOT'

const authoritiesMax = 32
const certificatePattern =
  /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

const isAuthority = ({ basicConstraints, keyUsage, unknownCritical }: CertificateFacts): boolean =>
  basicConstraints?.ca === true &&
  (keyUsage & keyUsages.keyCertSign) !== 0 &&
  unknownCritical.length === 0

const isStrong = ({ signatureAlgorithm, native }: CertificateFacts): boolean =>
  signatureHashes.has(signatureAlgorithm) && isKeyStrong(native.publicKey)

const signerIdOf = ({ subject, native }: CertificateFacts): string => {
  const key = native.publicKey.export({ type: 'spki', format: 'der' })
  return `${subject}:${createHash('sha256').update(key).digest('hex')}`
}

/** Whether `issuer` may have issued `facts`, and did. */
export const isIssuedBy = (facts: CertificateFacts, issuer: CertificateFacts): boolean =>
  facts.issuer === issuer.subject && facts.native.verify(issuer.native.publicKey)

/** How many authorities stand between this one and a card: RFC 5280 §4.2.1.9 counts those below. */
const permitsBelow = (authority: Authority, below: number): boolean => {
  const limit = authority.facts.basicConstraints?.pathLength ?? null
  if (limit !== null && below > limit) return false
  return authority.issuer === null || permitsBelow(authority.issuer, below + 1)
}

/** Hangs each certificate under its issuer, roots first; whatever remains has no way to a root. */
const buildTree = (certificates: readonly CertificateFacts[]): Authority[] => {
  const placed: Authority[] = certificates
    .filter((facts) => isIssuedBy(facts, facts))
    .map((facts) => ({ facts, issuer: null, signerId: signerIdOf(facts) }))
  const waiting = new Set(certificates.filter((facts) => !isIssuedBy(facts, facts)))
  for (let grew = true; grew; ) {
    grew = false
    for (const facts of waiting) {
      const issuer = placed.find((authority) => isIssuedBy(facts, authority.facts))
      if (issuer === undefined) continue
      placed.push({ facts, issuer, signerId: signerIdOf(facts) })
      waiting.delete(facts)
      grew = true
    }
  }
  return placed
}

/**
 * Reads a bundle of PEM certificates.
 *
 * @param text PEM; words between the certificates are passed over
 * @returns the authorities, or the first thing that is wrong and where
 */
export const readAuthorities = (text: string): AuthoritiesReading => {
  const blocks = [...text.matchAll(certificatePattern)]
  if (blocks.length === 0 || blocks.length > authoritiesMax) {
    return { ok: false, code: 'BUNDLE_EMPTY', index: null }
  }
  const certificates: CertificateFacts[] = []
  for (const [index, [, base64 = '']] of blocks.entries()) {
    const facts = readCertificate(new Uint8Array(Buffer.from(base64, 'base64')))
    if (facts === null) return { ok: false, code: 'MALFORMED', index }
    if (!isAuthority(facts)) return { ok: false, code: 'NOT_AN_AUTHORITY', index }
    if (!isStrong(facts)) return { ok: false, code: 'ALGORITHM', index }
    certificates.push(facts)
  }
  const all = buildTree(certificates)
  const lost = certificates.findIndex(
    (facts) => !all.some((authority) => authority.facts === facts && permitsBelow(authority, 0)),
  )
  if (lost >= 0) return { ok: false, code: 'WITHOUT_ROOT', index: lost }
  // A root issues authorities; a bundle of roots alone would let every sister authority's certificates in.
  if (all.every(({ issuer }) => issuer === null)) {
    return { ok: false, code: 'BUNDLE_WITHOUT_ISSUER', index: null }
  }
  return {
    ok: true,
    value: {
      all,
      bySubject: (subject) => all.filter(({ facts }) => facts.subject === subject),
      pem: blocks.map(([block]) => block).join('\n'),
    },
  }
}
