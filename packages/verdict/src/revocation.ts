import { bytesToHex, type CoseSign1, utf8Bytes } from '@sidep/encoding'
import { type Dcc, type DccEntry, revocationNameOf } from '@sidep/hcert'
import {
  foreignKindsOf,
  type HashKind,
  isRevokedAbroad,
  isRevokedByPortal,
  isUnreadableAbroad,
  type Revocable,
  type Trust,
} from '@sidep/trust'

/** An unreadable list is an alarm: nothing says any more that a certificate is not on it. */
export type RevocationCode = 'REVOKED' | 'REVOCATION_LIST_UNREADABLE' | 'REVOCATION_LIST_TOO_OLD'

/** Whether the portal revoked a certificate by what it is revoked by there: one way for each format. */
export const revocationFault = (
  trust: Trust,
  certificate: Revocable,
  at: Date,
): RevocationCode | null => {
  if (!trust.revocationsReadable) return 'REVOCATION_LIST_UNREADABLE'
  const revoked =
    isRevokedByPortal(trust.own, certificate) ||
    (trust.hasRevocations && isListed(trust, certificate))
  if (revoked) return 'REVOKED'
  return isBeyondList(trust, certificate, at) ? 'REVOCATION_LIST_TOO_OLD' : null
}

const isListed = (trust: Trust, { hash, otherHash }: Revocable): boolean =>
  trust.revoked(hash) || (otherHash !== undefined && trust.revoked(otherHash))

/**
 * A list says nothing of what was issued after it. While it is young that is a matter of hours; once it is older than its
 * limit, such a certificate was never looked up by anybody. What was issued before it was, and is vouched for still.
 */
const isBeyondList = (
  { revocationsAsOf: list }: Trust,
  { latestIssue }: Revocable,
  at: Date,
): boolean =>
  list !== null &&
  at.getTime() - list.at.getTime() >= list.refuseAfterSeconds * 1000 &&
  (latestIssue === null || latestIssue > list.at)

/** Whether any certificate of the portal could be revoked: with an empty list, as where one was just issued, none is hashed. */
export const hasRevocations = ({ own, hasRevocations: isAnyListed }: Trust): boolean =>
  isAnyListed || own.listed.size > 0 || own.filters.length > 0
const nobodysHash = new Uint8Array(32)

/** What revocation asks of an EU certificate. */
export interface RevocableDcc {
  readonly dcc: Dcc
  readonly cose: CoseSign1
  readonly keyId: Uint8Array
  /** From the CWT; undefined where it does not say. */
  readonly issuedAtSeconds: number | undefined
}

/** Whether there is nothing to ask: no list at all is here, as where a certificate was just issued. */
export const isNothingRevoked = (trust: Trust): boolean =>
  trust.revocationsReadable &&
  trust.revocationsAsOf === null &&
  !hasRevocations(trust) &&
  !trust.hasShortRevocations &&
  !hasForeign(trust)

/** The same of an EU certificate, by every entry that it has: by our own list first, then by its own country's. */
export const dccRevocationFault = async (
  certificate: RevocableDcc,
  trust: Trust,
  at: Date,
): Promise<RevocationCode | null> => {
  const { dcc, keyId, issuedAtSeconds } = certificate
  const signer = bytesToHex(keyId)
  const latestIssue = issuedAtSeconds === undefined ? null : new Date(issuedAtSeconds * 1000)
  const isLookedUp = hasRevocations(trust)
  for (const { country, uvci } of dcc.entries) {
    const hash = isLookedUp
      ? await trust.primitives.sha256(utf8Bytes(revocationNameOf(country, uvci)))
      : nobodysHash
    const fault = revocationFault(trust, { signer, hash, latestIssue }, at)
    if (fault !== null) return fault
  }
  if (trust.own.signers.has(signer)) return null
  if (trust.hasShortRevocations && (await isOnShortList(certificate, trust))) return 'REVOKED'
  return hasForeign(trust) ? foreignFault(certificate, trust) : null
}

const hasForeign = ({ foreign: { hashes, unreadable } }: Trust): boolean =>
  hashes.size > 0 || unreadable.size > 0

const foreignFault = async (
  certificate: RevocableDcc,
  { foreign, primitives }: Trust,
): Promise<RevocationCode | null> => {
  const { keyId } = certificate
  if (isUnreadableAbroad(foreign, keyId)) return 'REVOCATION_LIST_UNREADABLE'
  for (const kind of foreignKindsOf(foreign, keyId)) {
    for (const text of textsBy[kind](certificate)) {
      const hash = await primitives.sha256(text)
      if (isRevokedAbroad(foreign, keyId, kind, hash)) return 'REVOKED'
    }
  }
  return null
}

/** 16 bytes of which nobody says what they are of: any of the three kinds. */
const isOnShortList = async (certificate: RevocableDcc, trust: Trust): Promise<boolean> => {
  for (const texts of Object.values(textsBy)) {
    for (const text of texts(certificate)) {
      if (trust.revoked(await trust.primitives.sha256(text))) return true
    }
  }
  return false
}

/** What each of the EU's three kinds is the hash of. */
const textsBy: Readonly<Record<HashKind, (of: RevocableDcc) => Iterable<Uint8Array>>> = {
  // Of an ECDSA signature its first half, since the second can be changed by anybody; of an RSA signature all of it.
  *SIGNATURE({ cose: { signature } }) {
    yield signature
    yield signature.subarray(0, signature.length / 2)
  },
  *UCI({ dcc }) {
    for (const { uvci } of dcc.entries) yield* spellings(uvci, '')
  },
  *COUNTRYCODEUCI({ dcc }) {
    for (const { country, uvci } of dcc.entries) yield* spellings(uvci, country)
  },
}

/** As written and in capitals, with the identifier's prefix and without. */
function* spellings(uvci: DccEntry['uvci'], country: string): Iterable<Uint8Array> {
  for (const identifier of new Set([uvci, uvci.replace(/^URN:UVCI:/i, '')])) {
    yield utf8Bytes(country + identifier)
    yield utf8Bytes((country + identifier).toUpperCase())
  }
}
