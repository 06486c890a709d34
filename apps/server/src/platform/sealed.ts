/** What the sealed columns hold, and the contexts that bind each value to its row. */
import type { Person, RecoveryCertificate } from '@sidep/contracts'
import type { Sealed, Vault } from './vault.ts'

/** `screening.sealed`: identity and what may name somebody. */
export interface SealedScreening {
  /** As entered, contact normalised (phone in E.164). */
  readonly person: Person
  readonly deviceName: string | null
}

/** `certificate.sealed`: both texts carry name and birth date. */
export interface SealedCertificate {
  readonly hcert: string | null
  readonly twoddoc: string
}

/** `recovery_certificate.sealed`: the text carries name and birth date. */
export type SealedRecovery = Omit<RecoveryCertificate, 'uvci'>

export interface SealedRow {
  readonly key_id: number
  readonly sealed: Uint8Array
}

/** Of a screening as it is now (`current_screening`). */
export interface SealedScreeningRow extends SealedRow {
  /** How often it was corrected: the last correction has sealed its own. */
  readonly corrections: number
}

export const correctionContext = (siteId: string, screeningId: string, number: number): string =>
  `correction|${siteId}|${screeningId}|${number}`

export const screeningContext = (siteId: string, screeningId: string): string =>
  `screening|${siteId}|${screeningId}`

export const certificateContext = (siteId: string, screeningId: string, number: number): string =>
  `certificate|${siteId}|${screeningId}|${number}`

export const recoveryContext = (siteId: string, screeningId: string, number: number): string =>
  `recovery|${siteId}|${screeningId}|${number}`

export const sealJson = (
  vault: Vault,
  value: SealedScreening | SealedCertificate | SealedRecovery,
  context: string,
): Sealed => vault.seal(Buffer.from(JSON.stringify(value)), context)

/** The type is sure: AES-GCM opens only what this server sealed in the same context. */
const openJson = (vault: Vault, { key_id, sealed }: SealedRow, context: string): unknown =>
  JSON.parse(new TextDecoder().decode(vault.open(key_id, sealed, context)))

/** @throws VaultError KEY_REMOVED once the identity data's time is over */
export const openScreening = (
  vault: Vault,
  row: SealedScreeningRow,
  siteId: string,
  screeningId: string,
): SealedScreening => {
  const { corrections } = row
  const context =
    corrections === 0
      ? screeningContext(siteId, screeningId)
      : correctionContext(siteId, screeningId, corrections + 1)
  return openJson(vault, row, context) as SealedScreening
}

/** @throws VaultError KEY_REMOVED once the identity data's time is over */
export const openCertificate = (
  vault: Vault,
  row: SealedRow,
  siteId: string,
  screeningId: string,
  number: number,
): SealedCertificate =>
  openJson(vault, row, certificateContext(siteId, screeningId, number)) as SealedCertificate

/** @throws VaultError KEY_REMOVED once the identity data's time is over */
export const openRecovery = (
  vault: Vault,
  row: SealedRow,
  siteId: string,
  screeningId: string,
  number: number,
): SealedRecovery =>
  openJson(vault, row, recoveryContext(siteId, screeningId, number)) as SealedRecovery
