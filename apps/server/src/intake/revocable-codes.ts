/** By what a certificate that was issued is revoked, and by whom it is signed: of both its codes. */
import { createHash } from 'node:crypto'
import { bytesToHex, utf8Bytes } from '@sidep/encoding'
import { keyIdOf, readHcert, revocationNameOf } from '@sidep/hcert'
import { endOfDayOfIssue, isKnownByWholeCode } from '@sidep/trust'
import { type Read2dDoc, read2dDoc, wholeCodeBytes } from '@sidep/twoddoc'
import type { Sql } from 'postgres'

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

/** @returns SHA-256 by which an EU certificate is revoked, 32 bytes */
export const euHashOf = (country: string, uvci: string): Uint8Array =>
  sha256(utf8Bytes(revocationNameOf(country, uvci)))

const readFrench = (twoddoc: string): Read2dDoc => {
  const read = read2dDoc(twoddoc)
  if (!read.ok) throw new Error('a stored 2D-DOC cannot be read')
  return read
}

const frenchHash = (read: Read2dDoc, wholeCodesFrom: string): Uint8Array =>
  sha256(
    isKnownByWholeCode({ wholeCodesFrom }, read.header.signedOn)
      ? wholeCodeBytes(read)
      : read.signedBytes,
  )

/**
 * @param wholeCodesFrom see `readWholeCodesFrom`
 * @returns SHA-256 by which a 2D-DOC is revoked, 32 bytes. @throws as `revocableCodesOf`
 */
export const frenchHashOf = (twoddoc: string, wholeCodesFrom: string): Uint8Array =>
  frenchHash(readFrench(twoddoc), wholeCodesFrom)

/**
 * From which day of signature on, YYYY-MM-DD, a 2D-DOC is known by its whole code and not by its text alone (ADR 75). Decided
 * once, when the database learned of it, and never again.
 */
export const readWholeCodesFrom = async (database: Sql): Promise<string> => {
  const [row] = await database<{ day: string }[]>`
    select whole_codes_from::text as day from revocation_scheme`
  if (row === undefined) throw new Error('the scheme of revocation is missing')
  return row.day
}

/** @throws when a stored text cannot be read: our own data is wrong */
export const revocableCodesOf = (
  texts: { readonly hcert: string | null; readonly twoddoc: string },
  of: {
    readonly uvci: string
    readonly issuedAt: Date
    readonly country: string
    readonly wholeCodesFrom: string
  },
): RevocableCodes => {
  const french = readFrench(texts.twoddoc)
  const { caId, certificateId, signedOn } = french.header
  if (signedOn === null) throw new Error('a stored 2D-DOC says no day')
  const twoddoc = {
    hash: frenchHash(french, of.wholeCodesFrom),
    signer: `${caId}/${certificateId}`,
    latestIssue: endOfDayOfIssue(signedOn),
  }
  if (texts.hcert === null) return { hcert: null, twoddoc }
  const message = readHcert(texts.hcert)
  const keyId = message.ok ? keyIdOf(message.cose) : undefined
  if (keyId === undefined) throw new Error('a stored certificate cannot be read')
  return {
    hcert: {
      hash: euHashOf(of.country, of.uvci),
      signer: bytesToHex(keyId),
      latestIssue: of.issuedAt,
    },
    twoddoc,
  }
}
