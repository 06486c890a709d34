/** What issuing says that it made, as it comes from the thread that made it. */
export interface IssuedTexts {
  /** Null when the device is not on the EU list. */
  readonly hcert: string | null
  readonly twoddoc: string
  readonly uvci: string
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/**
 * A certificate whose texts our own verifier has read back and found to say what was meant. Only issuance makes one
 * (`npm run check`), and intake stores nothing else: what was not read back cannot be stored.
 */
export class CheckedCertificate implements IssuedTexts {
  readonly hcert: string | null
  readonly twoddoc: string
  readonly uvci: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** Nothing of the same shape is one. */
  declare protected readonly isReadBack: true

  constructor({ hcert, twoddoc, uvci, issuedAt, expiresAt }: IssuedTexts) {
    this.hcert = hcert
    this.twoddoc = twoddoc
    this.uvci = uvci
    this.issuedAt = issuedAt
    this.expiresAt = expiresAt
  }
}
