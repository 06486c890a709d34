/**
 * Problem documents (RFC 9457): the one way errors leave this server. What was sent is neither logged nor echoed:
 * a document names places (JSON pointers, RFC 6901) and rules, never values.
 */
import { hash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import {
  type FieldFault,
  faultsOf,
  type ProblemCode,
  type ProblemDocument,
  type ProblemEntry,
  problemRegistry,
  type ValidationError,
} from '@sidep/contracts'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { preferredLanguage } from './language.ts'
import { problemPaper } from './paper/problem-paper.ts'
import { paperPolicy } from './security-headers.ts'
import { annotate } from './tracing/tracing.ts'

export { faultsOf, type ValidationError }

export interface ProblemOptions extends ErrorOptions {
  /** A sentence for the reader, of our own words only. */
  readonly detail?: string
  readonly faults?: readonly FieldFault[]
  /** Sent as `Retry-After` too. */
  readonly retryAfterSeconds?: number
  /** Names of the reader's own places of work. */
  readonly places?: readonly string[]
}

/** An expected failure with its code from the registry; thrown anywhere, told at the edge. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly detail: string | undefined
  readonly faults: readonly FieldFault[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly places: readonly string[] | undefined

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Problem'
    this.code = code
    this.detail = options.detail
    this.faults = options.faults
    this.retryAfterSeconds = options.retryAfterSeconds
    this.places = options.places
  }
}

/** Codes of Fastify's own errors that are the client's doing. */
const codeOfFastifyError: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BODY_MALFORMED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BODY_MALFORMED',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BODY_MALFORMED',
  FST_ERR_CTP_EMPTY_TYPE: 'MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_BAD_URL: 'ROUTE_UNKNOWN',
  FST_ERR_MAX_PARAM_LENGTH: 'ROUTE_UNKNOWN',
  // Paths that climb out of the folder of pages, or carry a zero byte.
  FST_STATIC_FORBIDDEN_PATH: 'ROUTE_UNKNOWN',
}

/** PostgreSQL and its driver: not answering, cancelled by a time-out, shutting down, a standby, out of what it needs. */
const unavailableCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  // Class 53, insufficient resources: disk full, out of memory, too many connections, a limit of the configuration.
  '53100',
  '53200',
  '53300',
  '53400',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '25006',
])

const unavailableRetrySeconds = 2

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Whether what failed is a dependency that may be back in a moment. */
export const isUnavailable = (error: unknown): boolean => unavailableCodes.has(codeOf(error))

/** Any thrown value as the problem it is; what is not expected becomes INTERNAL. */
export const toProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  const validation = (error as Partial<FastifyError> | null)?.validation
  if (validation !== undefined) {
    const faults = faultsOf(validation as unknown as readonly ValidationError[])
    return new Problem('REQUEST_INVALID', { faults, cause: error })
  }
  const known = codeOfFastifyError[codeOf(error)]
  if (known !== undefined) return new Problem(known, { cause: error })
  if (error instanceof SyntaxError && 'statusCode' in error) {
    return new Problem('BODY_MALFORMED', { cause: error })
  }
  if (isUnavailable(error)) {
    return new Problem('UNAVAILABLE', {
      retryAfterSeconds: unavailableRetrySeconds,
      cause: error,
    })
  }
  return new Problem('INTERNAL', { cause: error })
}

const supportAlphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Eight characters that a person can read out on the phone; the log line of the request carries them too. */
export const supportCode = (requestId: string): string => {
  const digest = hash('sha256', requestId, 'buffer')
  let code = ''
  for (let index = 0; index < 8; index += 1) {
    code += supportAlphabet[(digest[index] ?? 0) % supportAlphabet.length]
  }
  return code
}

/** The document of a problem as one request's client should read it. */
export const problemDocument = (
  problem: Pick<Problem, 'code'> &
    Partial<Pick<Problem, 'detail' | 'faults' | 'retryAfterSeconds' | 'places'>>,
  request: Pick<FastifyRequest, 'id' | 'headers'>,
): ProblemDocument => {
  const { status, title }: ProblemEntry = problemRegistry[problem.code]
  return {
    type: `urn:sidep:problem:${problem.code}`,
    title: title[preferredLanguage(request.headers['accept-language'])],
    status,
    code: problem.code,
    support: supportCode(request.id),
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.faults === undefined ? {} : { faults: problem.faults }),
    ...(problem.places === undefined ? {} : { places: problem.places }),
    ...(problem.retryAfterSeconds === undefined
      ? {}
      : { retryAfterSeconds: problem.retryAfterSeconds }),
  }
}

/** A browser that opens a page says that it accepts HTML; a program, our own pages' script included, does not. */
const isForReader = ({ accept }: IncomingHttpHeaders): boolean =>
  accept?.includes('text/html') === true

interface WrittenProblem {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string | number>>
}

/** A problem as the client of one request reads it: a page for people, a document for programs. */
export const writeProblem = (
  problem: Parameters<typeof problemDocument>[0],
  request: Pick<FastifyRequest, 'id' | 'headers'>,
): WrittenProblem => {
  const document = problemDocument(problem, request)
  const { status, retryAfterSeconds } = document
  const isPage = isForReader(request.headers)
  return {
    status,
    body: isPage
      ? problemPaper(document, preferredLanguage(request.headers['accept-language']))
      : JSON.stringify(document),
    headers: {
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': retryAfterSeconds }),
      'cache-control': 'no-store',
      vary: 'accept, accept-language',
      ...(isPage
        ? { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': paperPolicy }
        : { 'content-type': 'application/problem+json; charset=utf-8' }),
    },
  }
}

/** Answers a request with a problem. */
export const sendProblem = (
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const { status, headers, body } = writeProblem(problem, request)
  annotate({ 'sidep.outcome': problem.code })
  return reply.code(status).headers(headers).send(body)
}

/** What the log may know of a failure: names and codes. Messages of drivers and parsers can quote input. */
const describeForLog = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? {
        name: error.name,
        code: codeOf(error),
        frames: (error.stack ?? '')
          .split('\n')
          .filter((line) => /^\s+at /.test(line))
          .slice(0, 12),
      }
    : { name: typeof error }

/** Where faults are, for the log: the name of a field that nobody knows may itself be content. */
const pointersForLog = (faults: readonly FieldFault[] | undefined): string[] | undefined =>
  faults?.map(({ pointer, code }) => (code === 'UNKNOWN_FIELD' ? `${code}` : `${code} ${pointer}`))

/**
 * A client that left in the middle of its body. Node says ECONNRESET, as it does of a database that went away;
 * nobody reads the answer, and the person on duty has nothing to do about it.
 */
const hasLeft = (error: unknown, { raw }: FastifyRequest): boolean =>
  codeOf(error) === 'ECONNRESET' && raw.readableAborted

/** Installs the error handler on the root instance. */
export const installProblems = (app: FastifyInstance): void => {
  app.setErrorHandler((error, request, reply) => {
    const problem = hasLeft(error, request)
      ? new Problem('REQUEST_MALFORMED', { cause: error })
      : toProblem(error)
    const { status } = problemRegistry[problem.code]
    const line = { code: problem.code, support: supportCode(request.id) }
    if (status >= 500) {
      request.log.error({ ...line, failure: describeForLog(problem.cause ?? problem) }, 'failed')
    } else {
      request.log.info({ ...line, faults: pointersForLog(problem.faults) }, 'refused')
    }
    return sendProblem(problem, request, reply)
  })
}
