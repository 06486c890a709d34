/**
 * What keeps a process from starting, one stable code each, for who searches the log, the guides and old tickets. What to do stands in
 * docs/operating/starting-and-stopping.md; a test compares.
 */
export const startFailureCodes = [
  'CONFIGURATION_WRONG',
  'FILE_ABSENT',
  'FILE_UNREADABLE',
  'FILE_UNUSABLE',
  'KEY_OF_ANOTHER_CERTIFICATE',
  'SIGNERS_UNUSABLE',
  'KEY_ENCRYPTION_KEY_WRONG',
  'PAGES_ABSENT',
  'DATA_FOLDER_UNUSABLE',
  'DATA_FOLDER_TAKEN',
  'DISK_FULL',
  'PORT_TAKEN',
  'PORT_REFUSED',
  'ADDRESS_ELSEWHERE',
  'NOBODY_TO_SERVE',
  'DATABASE_UNREACHABLE',
  'DATABASE_REFUSES',
  'DATABASE_READ_ONLY',
  'DATABASE_POOLED',
  'DATABASE_STARTING',
  'DATABASE_STUCK',
  'SCHEMA_OLDER',
  'TABLES_ABSENT',
  'TABLES_ELSEWHERE',
  'CLUSTER_ABSENT',
  'BACKUP_FOLDER_UNKNOWN',
  'ARCHIVE_CLOSED',
  'ARCHIVE_STUCK',
  'RESTART_NEEDED',
  'RECOVERY_FAILED',
] as const

export type StartFailureCode = (typeof startFailureCodes)[number]

/** The message is one sentence for who started it, its code first: what is wrong and what to do. */
export class CannotStart extends Error {
  override readonly name: string = 'CannotStart'
  readonly failure: StartFailureCode
  /** Without the code. */
  readonly sentence: string

  constructor(failure: StartFailureCode, sentence: string, options?: ErrorOptions) {
    super(`${failure}: ${sentence}`, options)
    this.failure = failure
    this.sentence = sentence
  }
}
