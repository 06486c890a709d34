/** How the token endpoint and those beside it refuse: RFC 6749 §5.2, with the code of the registry beside it. */
import { type ProblemCode, problemRegistry, type VendorTokenRefusal } from '@sidep/contracts'
import type { FastifyInstance } from 'fastify'
import {
  Problem,
  problemDocument,
  sendProblem,
  supportCode,
  toProblem,
} from '../platform/problems.ts'

const errorOf: Partial<Record<ProblemCode, VendorTokenRefusal['error']>> = {
  VENDOR_REQUEST_INVALID: 'invalid_request',
  VENDOR_CERTIFICATE_UNKNOWN: 'invalid_client',
  VENDOR_ASSERTION_INVALID: 'invalid_client',
  VENDOR_ASSERTION_STALE: 'invalid_client',
  VENDOR_ASSERTION_REPLAYED: 'invalid_client',
  VENDOR_SCOPE_REFUSED: 'invalid_scope',
  VENDOR_GRANT_UNSUPPORTED: 'unsupported_grant_type',
  VENDOR_GRANT_INVALID: 'invalid_grant',
  VENDOR_REQUEST_PENDING: 'authorization_pending',
  VENDOR_REQUEST_TOO_SOON: 'slow_down',
  VENDOR_REQUEST_REFUSED: 'access_denied',
  VENDOR_REQUEST_EXPIRED: 'expired_token',
}

/** What is wrong with a form is said in the words of the standard. */
const plain = (problem: Problem): Problem =>
  problem.code === 'REQUEST_INVALID' || problem.code === 'BODY_MALFORMED'
    ? new Problem('VENDOR_REQUEST_INVALID', { cause: problem })
    : problem

/** Installs it for the routes of a scope. */
export const refuseAsStandard = (app: FastifyInstance): void => {
  app.setErrorHandler((thrown, request, reply) => {
    const problem = plain(toProblem(thrown))
    const error = errorOf[problem.code]
    const support = supportCode(request.id)
    if (problemRegistry[problem.code].status >= 500)
      request.log.error({ code: problem.code, support }, 'failed')
    else request.log.info({ code: problem.code, support }, 'refused')
    if (error === undefined) return sendProblem(problem, request, reply)
    const { title, status, retryAfterSeconds } = problemDocument(problem, request)
    const refusal: VendorTokenRefusal = {
      error,
      error_description: title,
      code: problem.code,
      support,
    }
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .type('application/json; charset=utf-8')
      .send(refusal)
  })
}
