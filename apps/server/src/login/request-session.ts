/**
 * The session that a request comes with. Its cookie is read and its token checked once a request, by whoever asks
 * first: admission to know whose share the request uses, the guards to let it in, sign-in to end the session that the
 * browser had before.
 */
import type { FastifyRequest } from 'fastify'
import type { Cookies } from './cookies.ts'
import type { SessionCheck, SessionTokens } from './session-token.ts'

/** What the cookie is worth by its signature and the time. Whether the session was ended since is the guards' to say. */
export type RequestSession =
  | SessionCheck
  | { readonly ok: false; readonly code: 'SESSION_MISSING'; readonly session?: undefined }

export interface SessionReading {
  readonly tokens: Pick<SessionTokens, 'verify'>
  readonly cookies: Pick<Cookies, 'read' | 'sessionName'>
}

const checks = new WeakMap<FastifyRequest, Promise<RequestSession>>()

const check = async (
  { tokens, cookies }: SessionReading,
  request: FastifyRequest,
): Promise<RequestSession> => {
  const token = cookies.read(request.headers.cookie, cookies.sessionName)
  if (token === undefined || token === '') return { ok: false, code: 'SESSION_MISSING' }
  return tokens.verify(token)
}

export const sessionOfRequest = (
  reading: SessionReading,
  request: FastifyRequest,
): Promise<RequestSession> => {
  const known = checks.get(request)
  if (known !== undefined) return known
  const checked = check(reading, request)
  checks.set(request, checked)
  return checked
}
