import type { RecoveryTerm } from '@sidep/hcert'

/** What issuing says that it made of a recovery, as it comes from the thread that made it. */
export interface IssuedRecovery {
  readonly hcert: string
  readonly uvci: string
  /** Key id of whoever signed it, 16 hexadecimal digits. */
  readonly signer: string
  readonly term: RecoveryTerm
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/**
 * A certificate of recovery that our own verifier has read back and found to say what was meant. Only issuance makes one
 * (`npm run check`), as of tests.
 */
export class CheckedRecovery implements IssuedRecovery {
  readonly hcert: string
  readonly uvci: string
  readonly signer: string
  readonly term: RecoveryTerm
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** Nothing of the same shape is one. */
  declare protected readonly isReadBack: true

  constructor({ hcert, uvci, signer, term, issuedAt, expiresAt }: IssuedRecovery) {
    this.hcert = hcert
    this.uvci = uvci
    this.signer = signer
    this.term = term
    this.issuedAt = issuedAt
    this.expiresAt = expiresAt
  }
}
