import { bytesToHex } from '@sidep/encoding'
import { hasLetter } from '@sidep/hcert'
import { hourMilliseconds } from '@sidep/time'
import {
  endOfDayOfIssue,
  isKnownByWholeCode,
  type Revocable,
  type Trust,
  type TwoddocSigner,
} from '@sidep/trust'
import { type Read2dDoc, read2dDoc, verify2dDocSignature, wholeCodeBytes } from '@sidep/twoddoc'
import { checkRules } from './check-rules.ts'
import { hasRevocations, revocationFault } from './revocation.ts'
import type { RuleProfile } from './rules/rule-set.ts'
import { signerTimeFault } from './signer-time.ts'
import { payloadOf2dDoc } from './twoddoc-payload.ts'
import {
  accepted,
  type CertificateView,
  earliest,
  type Purpose,
  refused,
  unreadable,
  type Verdict,
} from './verdict.ts'

/**
 * A 2D-DOC carries days, in French time: its signature day has begun somewhere up to 14 hours
 * before it does in UTC.
 */
const dayLeewayMilliseconds = 14 * hourMilliseconds

/** What each accepted certificate was read from; gone with it. */
const accepted2dDocs = new WeakMap<CertificateView, Read2dDoc>()

/**
 * The 2D-DOC of an accepted certificate, field by field, as the verdict read it: for an issuer who compares it with what was meant.
 *
 * @param certificate the very one of a verdict; undefined of any other, and of other formats
 */
export const read2dDocOf = (certificate: CertificateView): Read2dDoc | undefined =>
  accepted2dDocs.get(certificate)

/**
 * A 2D-DOC on its way through the steps. It has no layers between `prefix` and `schema`: a text
 * that begins as a 2D-DOC and cannot be read as one is unreadable at `schema`. It says nothing of
 * its own expiry, and its signers are restricted by the kind of document, so `key-usage` has
 * nothing to check.
 */
export const verify2dDoc = async (
  text: string,
  trust: Trust,
  at: Date,
  purpose: Purpose,
  profile: RuleProfile,
): Promise<Verdict> => {
  const read = read2dDoc(text)
  if (!read.ok)
    return unreadable(
      read.notMine ? 'prefix' : 'schema',
      read.notMine ? 'PREFIX_UNKNOWN' : read.code,
    )

  const signer = trust.twoddocSigner(read.header.caId, read.header.certificateId)
  if (signer === undefined) return refused('key', 'KEY_UNKNOWN')

  const genuine = await verify2dDocSignature(read, signer.publicKey, trust.primitives.verify)
  if (!genuine) return refused('signature', 'SIGNATURE_INVALID')

  const payload = payloadOf2dDoc(read.document)
  const hash = await trust.primitives.sha256(read.signedBytes)
  const certificate = viewOf2dDoc(read, payload, hash)
  const invalid = validityFault(read, signer, at)
  if (invalid !== null) return refused('validity', invalid, certificate)

  // Without a name there is nothing to compare with an identity document.
  const { familyName, firstNames } = read.document
  if (!hasLetter(familyName + firstNames)) return refused('schema', 'SCHEMA_NAME')

  const revoked = revocationFault(trust, await revocableOf(read, hash, trust), at)
  if (revoked !== null) return refused('revocation', revoked, certificate)

  const rules = checkRules(payload, certificate, at, purpose, profile)
  if (!rules.ok) return rules.declined

  accepted2dDocs.set(certificate, read)
  return accepted(certificate, earliest(rules.until, signer.notAfter), rules.rule)
}

/** By the hash of its whole code, or of its text alone where it was signed before codes were told apart. */
const revocableOf = async (
  read: Read2dDoc,
  textHash: Uint8Array,
  trust: Trust,
): Promise<Revocable> => {
  const { caId, certificateId, signedOn } = read.header
  const latestIssue = signedOn === null ? null : endOfDayOfIssue(signedOn)
  const common = { signer: `${caId}/${certificateId}`, latestIssue }
  if (!hasRevocations(trust)) return { ...common, hash: textHash }
  const codeHash = await trust.primitives.sha256(wholeCodeBytes(read))
  return isKnownByWholeCode(trust.own, signedOn)
    ? { ...common, hash: codeHash, otherHash: textHash }
    : { ...common, hash: textHash, otherHash: codeHash }
}

/** Step `validity`: the day of signature, and the signer's time. */
const validityFault = ({ header }: Read2dDoc, signer: TwoddocSigner, at: Date): string | null => {
  const { signedOn } = header
  const signedFrom = signedOn === null ? null : Date.parse(`${signedOn}T00:00:00Z`)
  if (signedFrom !== null && at.getTime() + dayLeewayMilliseconds < signedFrom) {
    return 'CERTIFICATE_NOT_YET_VALID'
  }
  return signerTimeFault(signer, at)
}

const viewOf2dDoc = (
  { document, header }: Read2dDoc,
  { t, v }: Readonly<Record<string, unknown>>,
  hash: Uint8Array,
): CertificateView => ({
  format: 'twoddoc',
  kind: document.type === 'B2' ? 'test' : 'vaccination',
  familyName: document.familyName,
  firstNames: document.firstNames,
  birthDate: document.birthDate,
  id: bytesToHex(hash),
  issuer: `${header.caId}/${header.certificateId}`,
  medical: { ...(t !== undefined && { t }), ...(v !== undefined && { v }) },
})
