/**
 * Tells a request that it comes too early or too often, as cheaply as Node can: no error is made, no line is logged and
 * no later hook runs. Under ten times the load there is, most of what a process does is this.
 */
import type { ProblemCode } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, problemDocument } from '../platform/problems.ts'

/**
 * Answers with a problem document and a time to come back.
 *
 * @param code a problem that the client may retry
 */
export const turnAway = (
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  retryAfterSeconds: number,
): void => {
  // Only its fields are used: an error would take its stack trace each time.
  const problem: Pick<Problem, 'code' | 'retryAfterSeconds'> = { code, retryAfterSeconds }
  const document = problemDocument(problem, request)
  const body = Buffer.from(JSON.stringify(document))
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.setHeader('retry-after', retryAfterSeconds)
  raw.setHeader('cache-control', 'no-store')
  raw.setHeader('content-type', 'application/problem+json; charset=utf-8')
  raw.setHeader('content-length', body.length)
  raw.writeHead(document.status)
  raw.end(body)
}
