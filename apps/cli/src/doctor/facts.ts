/** What `sidep doctor` looks at, gathered apart from what it makes of it. Null: it could not be seen from here. */

import type { DatabaseFacts } from '@sidep/server/platform/database-facts.ts'

export interface MachineFacts {
  /** Whether the clock is kept by NTP. */
  readonly clockSynchronised: boolean | null
  /** Soft limit of open files of a process. */
  readonly openFiles: number | null
  readonly memoryBytes: number
  readonly nodeVersion: string
  readonly disks: readonly DiskFacts[]
  /** Units of this project as systemd judges them; null without systemd. */
  readonly units: readonly UnitFacts[] | null
}

export interface DiskFacts {
  readonly what: 'data' | 'backups'
  readonly path: string
  readonly freeBytes: number
  readonly totalBytes: number
  /** The device, to see whether backups are on another. */
  readonly device: number
}

export interface UnitFacts {
  readonly name: string
  /** `systemd-analyze security`, 0 to 10. */
  readonly exposure: number
}

export interface BackupFacts {
  /** Of the embedded database; null: made by other tools. */
  readonly newestAt: Date | null
  readonly folder: string | null
}

export interface CertificateFacts {
  /** `CARD_TLS_CERTIFICATE`, or the address that was asked. */
  readonly where: string
  /** Null: it cannot be read. */
  readonly endsAt: Date | null
  /** Chain, name and key; null: all good. */
  readonly fault: string | null
  /** `TLSv1.3`; null for a file. */
  readonly protocol: string | null
}

export interface SignerFacts {
  readonly scope: string
  readonly name: string
  readonly signsFrom: Date
  readonly endsAt: Date
  readonly isDevelopment: boolean
  /** Of scope `dcc`: may sign certificates of recovery. */
  readonly signsRecovery: boolean
  /** Of scope `twoddoc`: the authority that the register named. */
  readonly twoddocAuthority: string | null
}

export interface SecretFacts {
  readonly path: string
  /** Permission bits. */
  readonly mode: number
}

export interface Facts {
  readonly now: Date
  readonly isProduction: boolean
  readonly machine: MachineFacts
  /** Null where nothing answers. */
  readonly database: DatabaseFacts | null
  /** Whether there is to be a database of its own: then one that does not answer is unsafe. */
  readonly hasDatabaseUrl: boolean
  /** Migrations that this code has. */
  readonly codeSchema: number
  readonly backups: BackupFacts
  readonly certificates: readonly CertificateFacts[]
  /** Addresses that were asked and did not answer. */
  readonly silent: readonly string[]
  readonly signers: readonly SignerFacts[]
  readonly secrets: readonly SecretFacts[]
  /** The root's private key is in `KEYS_DIR`. */
  readonly hasRootKey: boolean
  /** A hardware module holds the private keys. */
  readonly hasKeyModule: boolean
}
