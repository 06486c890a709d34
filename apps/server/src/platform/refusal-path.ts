import { defaultReturnPath, returnRootOf } from '@sidep/contracts'
import type { Problem } from './problems.ts'

/** How a link names when to come back, seconds; the page takes no more than an hour from it. */
const retryOf = (seconds: number): string => `&retry=${Math.ceil(seconds)}`

/**
 * Where a browser on its way through a door is sent with a refusal: it gets a page that can explain, and says when to
 * come back, not a document for machines.
 *
 * @param returnPath where the sign-in was to lead back to, as `safeReturnPath` has it: the page that it began at
 */
export const refusalPath = (
  { code, retryAfterSeconds }: Pick<Problem, 'code' | 'retryAfterSeconds'>,
  returnPath: string = defaultReturnPath,
): string =>
  `${returnRootOf(returnPath)}?problem=${code}${retryAfterSeconds === undefined ? '' : retryOf(retryAfterSeconds)}`
