/**
 * Which of all certificates that were issued are revoked: exact for those, in about ten bits a revoked one where one in
 * 150 is (ADR 65). Two functions: the first lets every revoked one pass and one in 2^k of the others; the second tells
 * those that passed apart.
 *
 * Invariants
 * - Of every key that it was built from, revoked or not, the answer is right.
 * - Of any other key it may say anything: whoever asks must know that the certificate was among them.
 */
import { broken, decoded, type Layer } from '@sidep/encoding'
import {
  fingerprint,
  readStaticFunction,
  type StaticFunction,
  storedValue,
  wireStaticFunction,
} from './static-function.ts'

export interface RevocationFilter {
  /** Gives a revoked certificate its own fingerprint. */
  readonly passes: StaticFunction
  /** Of those that pass: 1 revoked, 0 not. */
  readonly revoked: StaticFunction
}

/** Whether a key passes the first function. */
export const passesFirst = (
  passes: StaticFunction,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): boolean =>
  storedValue(passes, word0, word1, word2) === fingerprint(word3, passes.seed, passes.bits)

/** The answer for a key, as four words of its SHA-256. */
export const isInFilter = (
  { passes, revoked }: RevocationFilter,
  word0: number,
  word1: number,
  word2: number,
  word3: number,
): boolean =>
  passesFirst(passes, word0, word1, word2, word3) && storedValue(revoked, word0, word1, word2) === 1

export const wireRevocationFilter = ({ passes, revoked }: RevocationFilter): Map<string, unknown> =>
  new Map<string, unknown>([
    ['passes', wireStaticFunction(passes)],
    ['revoked', wireStaticFunction(revoked)],
  ])

export const readRevocationFilter = (
  value: unknown,
): Layer<RevocationFilter, 'FILTER_MALFORMED'> => {
  if (!(value instanceof Map)) return broken('FILTER_MALFORMED')
  const passes = readStaticFunction(value.get('passes'))
  const revoked = readStaticFunction(value.get('revoked'))
  if (!passes.ok) return passes
  if (!revoked.ok || revoked.value.bits !== 1) return broken('FILTER_MALFORMED')
  return decoded({ passes: passes.value, revoked: revoked.value })
}
