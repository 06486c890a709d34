/** Slips as they go to print. */
export interface PrintedSlip {
  /** As printed, in four groups. */
  readonly printed: string
  readonly number: number
  /** RFC 3339. */
  readonly issuedAt: string
  readonly expiresAt: string
  /** Text of the code for whoever checks. */
  readonly check: string
  /** What the person types, in six groups. */
  readonly code: string
  /** Text of the code for the person: where the result will be. */
  readonly address: string
}

export interface PrintedSlips {
  readonly siteName: string
  readonly slips: readonly PrintedSlip[]
}
