/**
 * Refuses a request as cheaply as Node can: no error is made, no line is logged and no later hook runs. At ten times
 * the load that the portal can take, most of what a process does is this.
 */
import type { OutgoingHttpHeader } from 'node:http'
import type { ProblemCode } from '@sidep/contracts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Problem, writeProblem } from '../platform/problems.ts'

/**
 * Answers with a problem and a time to come back.
 *
 * @param code a problem that the client may retry
 */
export const shedLoad = (
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  retryAfterSeconds: number,
): void => {
  // Only its fields are used: an error would take its stack trace each time.
  const problem: Pick<Problem, 'code' | 'retryAfterSeconds'> = { code, retryAfterSeconds }
  const { status, body, headers } = writeProblem(problem, request)
  const lines: OutgoingHttpHeader[] = []
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers })) {
    if (value !== undefined) lines.push(name, value)
  }
  lines.push('content-length', Buffer.byteLength(body))
  reply.hijack()
  const { raw } = reply
  // Headers and a body that is a string leave in one write.
  raw.writeHead(status, lines)
  raw.end(body)
}
