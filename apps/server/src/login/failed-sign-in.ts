/** How a sign-in that failed is written down: which door, why, from which network; never who (OWASP ASVS 5.0 16.3.1). */
import { type Door, type ProblemCode, problemRegistry } from '@sidep/contracts'
import type { Log } from '../platform/context.ts'
import { networkName } from '../platform/network-address.ts'
import type { Problem } from '../platform/problems.ts'

/** Says that somebody waits, not that they failed. */
export const waits: ReadonlySet<ProblemCode> = new Set(['SIGN_IN_WAITS', 'WAITING_ROOM_FULL'])

export interface FailedSignIn {
  readonly door: Door
  readonly problem: Problem
  /** As the connection, or a proxy that is trusted, says it. */
  readonly address: string
  /** The number that finds it again, where the request has none of its own. */
  readonly support?: string
}

const failureOf = ({ cause }: Problem): string | undefined =>
  cause instanceof Error ? cause.name : undefined

export const logFailedSignIn = (
  log: Pick<Log, 'warn' | 'error'>,
  { door, problem, address, support }: FailedSignIn,
): void => {
  const { code } = problem
  if (waits.has(code)) return
  const line = { door, code, network: networkName(address), support, failure: failureOf(problem) }
  if (problemRegistry[code].status >= 500) log.error(line, 'sign-in failed')
  else log.warn(line, 'sign-in refused')
}
