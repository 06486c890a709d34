/**
 * Reads the cases that users of such systems were failed by, `../shared/cases` beside the checkout. Like the vectors
 * they are never copied into the repository; where they are absent, suites say so in one line.
 */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const casesFolder = resolve(import.meta.dirname, '../../../shared/cases')

/** The line a suite prints when it has to do without; null when the folder is there. */
export const casesAbsent: string | null = existsSync(casesFolder)
  ? null
  : `outside cases are absent (${casesFolder}): running on our own only`

/** One line of `codes/verify.ndjson`: a line of `sidep verify --batch`, and what must come of it. */
export interface VerifyCase {
  readonly kind: string
  readonly id: string
  readonly text: string
  readonly at: string
  /** Base64 DER certificates, or `{caId, certificateId, spki}`. */
  readonly signers: readonly (string | TwoddocSignerCase)[]
  readonly for?: string
  readonly expect: {
    readonly verdict: string
    readonly step?: string
    readonly familyName?: string
    readonly birthDate?: string
  }
}

interface TwoddocSignerCase {
  readonly caId: string
  readonly certificateId: string
  readonly spki: string
}

/** One line of `codes/rules.ndjson`: a rule that must end in an error. */
export interface RuleCase {
  readonly id: string
  readonly rule: unknown
  readonly payload: unknown
  readonly external: unknown
}

// The files are what their author says they are: a wrong one fails the test that reads it.
const readLines = <Shape>(file: string): Shape[] =>
  casesAbsent !== null
    ? []
    : readFileSync(resolve(casesFolder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line): Shape => JSON.parse(line))

export const readVerifyCases = (): VerifyCase[] => readLines('codes/verify.ndjson')

export const readRuleCases = (): RuleCase[] => readLines('codes/rules.ndjson')

/** A picture of `codes/`, or null when the folder is absent. */
export const readCodePicture = (name: string): Uint8Array | null =>
  casesAbsent === null ? new Uint8Array(readFileSync(resolve(casesFolder, 'codes', name))) : null
