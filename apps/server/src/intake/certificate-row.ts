/** A certificate on its way into its row: its texts sealed, for this screening of this site. */
import { hex } from '../audit/chain.ts'
import type { CheckedCertificate } from '../issuance/checked-certificate.ts'
import { certificateContext, sealJson } from '../platform/sealed.ts'
import type { Sealed, Vault } from '../platform/vault.ts'

/** Made of nothing but a certificate that was read back, so that nothing else comes into the database. */
export class CertificateRow {
  /** 1 of a screening as it was entered; a correction brings the next. */
  readonly number: number
  readonly uvci: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly texts: Sealed
  /** Nothing of the same shape is one. */
  declare protected readonly isOfCheckedCertificate: true

  constructor(
    vault: Vault,
    { hcert, twoddoc, uvci, issuedAt, expiresAt }: CheckedCertificate,
    siteId: string,
    screeningId: string,
    number: number,
  ) {
    this.number = number
    this.uvci = uvci
    this.issuedAt = issuedAt
    this.expiresAt = expiresAt
    this.texts = sealJson(
      vault,
      { hcert, twoddoc },
      certificateContext(siteId, screeningId, number),
    )
  }
}

/** A certificate by the names that the functions of the database read; nothing where there is none. */
export const certificateColumns = (
  certificate: CertificateRow | null,
): Readonly<Record<string, unknown>> =>
  certificate === null
    ? {}
    : {
        uvci: certificate.uvci,
        issued_at: certificate.issuedAt,
        expires_at: certificate.expiresAt,
        certificate_key_id: certificate.texts.keyId,
        certificate_sealed: hex(certificate.texts.sealed),
      }
