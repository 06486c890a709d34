/** By what a certificate that was issued is revoked, and by whom it is signed: of both its codes. */
import { createHash } from 'node:crypto'
import { bytesToHex, utf8Bytes } from '@sidep/encoding'
import { keyIdOf, readHcert, revocationNameOf } from '@sidep/hcert'
import { endOfDayOfIssue } from '@sidep/trust'
import { read2dDoc } from '@sidep/twoddoc'

export interface RevocableCode {
  /** SHA-256, 32 bytes. */
  readonly hash: Uint8Array
  /** Key id as 16 hexadecimal digits, or authority/certificate of a 2D-DOC. */
  readonly signer: string
  /** The latest moment at which a verifier takes it to be issued. */
  readonly latestIssue: Date
}

export interface RevocableCodes {
  /** Null where there is no EU certificate. */
  readonly hcert: RevocableCode | null
  readonly twoddoc: RevocableCode
}

const sha256 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(bytes).digest())

/** @throws when a stored text cannot be read: our own data is wrong */
export const revocableCodesOf = (
  texts: { readonly hcert: string | null; readonly twoddoc: string },
  of: { readonly uvci: string; readonly issuedAt: Date; readonly country: string },
): RevocableCodes => {
  const read = read2dDoc(texts.twoddoc)
  if (!read.ok || read.header.signedOn === null) throw new Error('a stored 2D-DOC cannot be read')
  const { caId, certificateId, signedOn } = read.header
  const twoddoc = {
    hash: sha256(read.signedBytes),
    signer: `${caId}/${certificateId}`,
    latestIssue: endOfDayOfIssue(signedOn),
  }
  if (texts.hcert === null) return { hcert: null, twoddoc }
  const message = readHcert(texts.hcert)
  const keyId = message.ok ? keyIdOf(message.cose) : undefined
  if (keyId === undefined) throw new Error('a stored certificate cannot be read')
  return {
    hcert: {
      hash: sha256(utf8Bytes(revocationNameOf(of.country, of.uvci))),
      signer: bytesToHex(keyId),
      latestIssue: of.issuedAt,
    },
    twoddoc,
  }
}
