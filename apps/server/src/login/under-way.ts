/**
 * What sign-ins through every door have in common: cookies of sign-ins begun and not finished, and how a refusal is
 * shown.
 */
import { type Door, type ProblemCode, refusedPlacesCookie } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toProblem } from '../platform/problems.ts'
import { refusalPath } from '../platform/refusal-path.ts'
import type { Cookies } from './cookies.ts'
import { logFailedSignIn } from './failed-sign-in.ts'

/** More in one browser are an accident, and all are forgotten. */
const underWayMax = 4

/** Hands the browser a sign-in's sealed transaction. */
export const rememberSignIn = (
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
  { state, sealed, secondsMax }: { state: string; sealed: string; secondsMax: number },
): void => {
  const stale = cookies.loginNames(request.headers.cookie)
  if (stale.length >= underWayMax) {
    for (const name of stale) reply.header('set-cookie', cookies.clear(name))
  }
  reply.header('set-cookie', cookies.set(cookies.loginName(state), sealed, secondsMax))
}

/** Reads the cookie and removes it from the browser, whatever the sign-in comes to. */
export const recallSignIn = (
  cookies: Cookies,
  request: FastifyRequest,
  reply: FastifyReply,
  state: string,
): string | undefined => {
  const name = cookies.loginName(state)
  const sealed = cookies.read(request.headers.cookie, name)
  if (sealed !== undefined) reply.header('set-cookie', cookies.clear(name))
  return sealed
}

export interface Refusing {
  readonly door: Door
  readonly cookies: Cookies
  readonly count: (code: ProblemCode) => void
}

/**
 * A browser is on its way: it gets a page that can explain, not a document for machines.
 *
 * @param returnPath of the sign-in, where it is known: it is told at the page where it began
 */
export const explainRefusal = (
  { door, cookies, count }: Refusing,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  returnPath?: string,
): FastifyReply => {
  const problem = toProblem(error)
  count(problem.code)
  logFailedSignIn(request.log, { door, problem, address: request.ip })
  const { places } = problem
  if (places !== undefined) reply.header('set-cookie', cookies.forPage(refusedPlacesCookie, places))
  return reply.redirect(refusalPath(problem, returnPath), 303)
}
