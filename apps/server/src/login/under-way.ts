/** Cookies of sign-ins begun and not finished: one for each tab, a few at most. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Cookies } from './cookies.ts'

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

/** Takes it back: whatever comes of it, it is gone from the browser. */
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
