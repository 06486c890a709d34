/** What certificates are signed and checked with at a moment: the keys of their rings, and the trust of all of them. */
import { type BundleContent, loadTrust, type Trust } from '@sidep/trust'
import type { TwoddocIdentity } from '@sidep/trust/certificates'
import { fixedRing, type Signer } from '../platform/signer.ts'
import { type HeldRingKey, type HeldRings, signingKey } from './key-ring.ts'
import { ownPrimitives } from './own-primitives.ts'
import { publicKeyInfo, type Signers, SignersUnusable } from './signers.ts'

export interface IssuingKeys {
  readonly dcc: Signer
  readonly twoddoc: Signer
  readonly identity: TwoddocIdentity
  /** What our own verifier is to believe when it checks our work: our signers, no one else. */
  readonly trust: Trust
}

/** Answers the keys of a moment; within one certificate they are taken once. */
export type IssuingKeysAt = (at: Date) => IssuingKeys

type CertificateRings = Pick<HeldRings, 'dcc' | 'twoddoc' | 'continuity'>

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** The signers of certificates as a bundle lists them: those to come, those that sign, those before them. */
export const ringContent = ({
  dcc,
  twoddoc,
  continuity,
}: CertificateRings): Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'> => ({
  continuity: continuity.map(({ certificate }) => base64(certificate)),
  dcc: dcc.map(({ certificate }) => base64(certificate)),
  twoddoc: twoddoc.flatMap((key) =>
    key.twoddoc === null ? [] : [{ ...key.twoddoc, spki: base64(publicKeyInfo(key)) }],
  ),
})

/** @throws SignersUnusable, each call, while no key of a scope is held here */
export const issuingKeysOf = async (rings: CertificateRings): Promise<IssuingKeysAt> => {
  const trust: Trust = { ...(await loadTrust(ringContent(rings))), primitives: ownPrimitives }
  return (at) => {
    const twoddoc = signingKey(rings.twoddoc, 'twoddoc', at)
    if (twoddoc.twoddoc === null) throw new SignersUnusable('the signer of 2D-DOC has no names')
    return {
      dcc: signingKey(rings.dcc, 'dcc', at).signer,
      twoddoc: twoddoc.signer,
      identity: twoddoc.twoddoc,
      trust,
    }
  }
}

/** Rings of signers that are never rotated: of tests, and of a folder alone. */
export const fixedRings = ({ scopes, twoddoc }: Signers): HeldRings => {
  const ring = (signer: Signer): HeldRingKey[] =>
    fixedRing(signer)
      .keys()
      .map((key) => ({ ...key, signer, twoddoc: signer.scope === 'twoddoc' ? twoddoc : null }))
  return {
    dcc: ring(scopes.dcc),
    twoddoc: ring(scopes.twoddoc),
    bundle: ring(scopes.bundle),
    session: ring(scopes.session),
    continuity: ring(scopes.continuity),
  }
}

/** The signers of certificates, as a bundle lists them. */
export const trustContent = (
  signers: Signers,
): Pick<BundleContent, 'dcc' | 'twoddoc' | 'continuity'> => ringContent(fixedRings(signers))
