import { restorationsHeader, type ShownSession, shownHeader, writeShown } from '@sidep/contracts'
import { Check } from 'typebox/schema'
import type { Answer } from './answer.ts'
import { type Contact, contactOf } from './contact.ts'
import {
  type AnswerOf,
  type AskedEndpoint,
  type PlainRequest,
  pathOf,
  type RequestArguments,
  type RequestOptions,
} from './endpoint-request.ts'
import { type ApiError, parseProblem, parseRetryAfter } from './errors.ts'

/** Requests to the portal. Nothing throws but an abort by the caller's signal. */
export interface ApiClient {
  /**
   * Asks an endpoint. Its description gives path, method and signature, and the schema that the answer is held against.
   *
   * @example
   * const answer = await api.ask(endDelegation, { params: { id } })
   * if (!answer.ok && answer.error.kind === 'problem') explain(answer.error.problem.code)
   */
  ask<const E extends AskedEndpoint>(
    endpoint: E,
    ...request: RequestArguments<E>
  ): Promise<AnswerOf<E>>
}

export interface ApiDependencies {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
  readonly now: () => Date
  /** Whom the screen shows, said with everything that changes something; null when nobody. */
  readonly shown?: () => ShownSession | null
  /** Called with the server's time, and what it lost, at each answer of ours. */
  readonly contacted?: (contact: Contact) => void
  /** Headers by which this device signs a request; `isAgain` when the portal did not take the first signature. */
  readonly sign?: (
    method: string,
    path: string,
    body: string,
    isAgain: boolean,
  ) => Promise<Record<string, string>>
}

interface SignableInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** No answer of the contract is larger: a full day's list at a site stays below. */
const answerBytesMax = 8 * 1024 * 1024
const timeoutMillisecondsDefault = 15_000

const readJson = async (response: Response): Promise<unknown> => {
  const declared = Number(response.headers.get('content-length') ?? 0)
  if (declared > answerBytesMax) return undefined
  const text = await response.text()
  if (text.length > answerBytesMax) return undefined
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the caller sees `unreadable`, which is what it is.
    return undefined
  }
}

const unreadable = (status: number): Answer<never> => ({
  ok: false,
  error: { kind: 'unreadable', status, retryAfterSeconds: null },
})

const errorOf = async (response: Response, now: Date): Promise<ApiError> => {
  const header = parseRetryAfter(response.headers.get('retry-after'), now)
  const problem = parseProblem(await readJson(response))
  if (problem === undefined)
    return { kind: 'unreadable', status: response.status, retryAfterSeconds: header }
  return {
    kind: 'problem',
    problem,
    retryAfterSeconds: header ?? problem.retryAfterSeconds ?? null,
  }
}

/**
 * The client of the portal's HTTP interface: answers checked against the contract's schemas, problem documents turned into
 * typed errors. Cookies go to the same origin alone; other credentials are the caller's, in `fetch` or `sign`.
 *
 * @example
 * const answer = await api.ask(readSession)
 * if (answer.ok) show(answer.value)
 * else if (answer.error.kind === 'problem') explain(answer.error.problem.code)
 */
export const makeApiClient = ({
  fetch,
  now,
  shown,
  contacted,
  sign,
}: ApiDependencies): ApiClient => {
  const exchangeOnce = async <T>(
    path: string,
    init: SignableInit,
    options: RequestOptions,
    read: (response: Response) => Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const timeout = AbortSignal.timeout(options.timeoutMilliseconds ?? timeoutMillisecondsDefault)
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout
    try {
      const askedAt = now().getTime()
      const response = await fetch(path, {
        ...init,
        signal,
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
      })
      const answeredAt = now().getTime()
      const answer: Answer<T> = response.ok
        ? await read(response)
        : { ok: false, error: await errorOf(response, now()) }
      // A captive portal has a date too.
      const isOurs = answer.ok || answer.error.kind === 'problem'
      const contact = contactOf(
        response.headers.get('date'),
        askedAt,
        answeredAt,
        response.headers.get(restorationsHeader),
      )
      if (isOurs && contact !== null) contacted?.(contact)
      return answer
    } catch (error) {
      if (options.signal?.aborted) throw error
      // fetch rejects with TypeError when no answer came; only our own timeout aborts besides the caller.
      return { ok: false, error: { kind: timeout.aborted ? 'timeout' : 'offline' } }
    }
  }

  const exchange = async <T>(
    path: string,
    init: SignableInit,
    options: RequestOptions,
    read: (response: Response) => Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    if (options.isSigned !== true || sign === undefined) {
      return exchangeOnce(path, init, options, read)
    }
    const { method, headers, body = '' } = init
    const attempt = async (isAgain: boolean): Promise<Answer<T>> => {
      const signed = await sign(method, path, body, isAgain)
      return exchangeOnce(path, { ...init, headers: { ...headers, ...signed } }, options, read)
    }
    const answer = await attempt(false)
    // The session was changed in another tab, or this device's clock was set: both are asked for, once.
    const isOutdated =
      !answer.ok &&
      answer.error.kind === 'problem' &&
      ['SESSION_PROOF_STALE', 'SESSION_PROOF_INVALID'].includes(answer.error.problem.code)
    return isOutdated ? attempt(true) : answer
  }

  /** The answer as the endpoint describes it; one that it does not name is somebody else's. */
  const reading =
    ({ answers }: AskedEndpoint) =>
    async (response: Response): Promise<Answer<unknown>> => {
      const { status } = response
      const described = answers[status]
      if (described === undefined) return unreadable(status)
      if (described.schema === undefined) return { ok: true, value: null, status }
      const body = await readJson(response)
      return Check(described.schema, body) ? { ok: true, value: body, status } : unreadable(status)
    }

  const withBody = (method: string, body: unknown): SignableInit => {
    const acting = method === 'GET' ? null : (shown?.() ?? null)
    const headers = {
      accept: 'application/json',
      ...(acting === null ? {} : { [shownHeader]: writeShown(acting) }),
    }
    return body === undefined
      ? { method, headers }
      : {
          method,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }
  }

  const asking = (endpoint: AskedEndpoint, request: PlainRequest): Promise<Answer<unknown>> => {
    const { method, path, weight } = endpoint
    const { isSigned = weight !== undefined } = request
    const init = withBody(method, request.body)
    return exchange(pathOf(path, request), init, { ...request, isSigned }, reading(endpoint))
  }

  return {
    // What was read is what the endpoint describes: it was held against its schema.
    ask: <const E extends AskedEndpoint>(endpoint: E, ...[request]: RequestArguments<E>) =>
      asking(endpoint, (request ?? {}) as PlainRequest) as Promise<AnswerOf<E>>,
  }
}
