import type { ProblemCode } from '@sidep/contracts'
import type { ApiError } from './errors.ts'

/** What came of a request; `Code` is what it may be refused with. */
export type Answer<T, Code extends ProblemCode = ProblemCode> =
  | { readonly ok: true; readonly value: T; readonly status: number }
  | { readonly ok: false; readonly error: ApiError<Code> }
