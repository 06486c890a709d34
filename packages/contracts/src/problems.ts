/**
 * The registry of problem codes: every error that leaves the server as an RFC 9457 problem
 * document has its stable `code` here. docs/reference/problems.md is generated from it.
 */
import { cardDoorProblems } from './problems/card-door.ts'
import { continuityProblems } from './problems/continuity.ts'
import type { ProblemEntry } from './problems/entry.ts'
import type { FieldFault } from './problems/field-codes.ts'
import { requestProblems } from './problems/requests.ts'
import { retrievalProblems } from './problems/retrieval.ts'
import { screeningProblems } from './problems/screenings.ts'
import { signInProblems } from './problems/sign-in.ts'
import { vendorProblems } from './problems/vendors.ts'

export type { Audience, ProblemEntry, Retry } from './problems/entry.ts'
export { type FieldCode, type FieldFault, fieldCodes } from './problems/field-codes.ts'

export const problemRegistry = {
  ...requestProblems,
  ...signInProblems,
  ...cardDoorProblems,
  ...screeningProblems,
  ...continuityProblems,
  ...retrievalProblems,
  ...vendorProblems,
} as const satisfies Record<string, ProblemEntry>

export type ProblemCode = keyof typeof problemRegistry

/** Whether this version knows a code that it was told. */
export const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && Object.hasOwn(problemRegistry, code)

/** RFC 9457 problem document as every error answer of this server carries it. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly faults?: readonly FieldFault[]
  readonly retryAfterSeconds?: number
  /** Names of places that the problem is about. */
  readonly places?: readonly string[]
  /** Short code a person can read out on the phone; finds the request in the logs. */
  readonly support: string
}
