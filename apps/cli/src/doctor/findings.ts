/** What `sidep doctor` says of one thing that is missing or unsafe. */

/**
 * - `unsafe`: data, secrets or the service are at risk now.
 * - `warning`: they will be, or nobody would notice if they were.
 * - `note`: could not be looked at from here.
 */
export type Severity = 'unsafe' | 'warning' | 'note'

export interface Finding {
  /** Stable; docs/operating/doctor.md lists them. */
  readonly code: string
  readonly severity: Severity
  /** What it is about: a file, a scope, a disk; null where the code says it. */
  readonly subject: string | null
  /** What was seen. */
  readonly seen: string
  readonly todo: string
}

/** Exit codes: the worst finding decides. */
export const exitCodeOf = (findings: readonly Finding[]): 0 | 1 | 2 => {
  if (findings.some(({ severity }) => severity === 'unsafe')) return 2
  return findings.some(({ severity }) => severity === 'warning') ? 1 : 0
}

/** A check looks at facts and says nothing where all is well. */
export type Check<Facts> = (facts: Facts) => readonly Finding[]

const finding =
  (severity: Severity) =>
  (code: string, subject: string | null, seen: string, todo: string): Finding => ({
    code,
    severity,
    subject,
    seen,
    todo,
  })
export const unsafe = finding('unsafe')
export const warning = finding('warning')
export const note = finding('note')
