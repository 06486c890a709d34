import { type ShownSession, shownHeader, writeShown } from '@sidep/contracts'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/schema'
import { type Contact, contactOf } from './contact.ts'
import { type ApiError, parseProblem, parseRetryAfter } from './errors.ts'

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly status: number }
  | { readonly ok: false; readonly error: ApiError }

interface RequestOptions {
  readonly signal?: AbortSignal
  /** Gives up after this long; 15 s unless told. */
  readonly timeoutMilliseconds?: number
  /** An act that needs more than the session: this device signs it. */
  readonly isSigned?: boolean
}

/** Requests to our own server. Nothing throws but an abort by the caller's signal. */
export interface ApiClient {
  get<S extends TSchema>(
    path: string,
    schema: S,
    options?: RequestOptions,
  ): Promise<Answer<Static<S>>>
  post<S extends TSchema>(
    path: string,
    body: unknown,
    schema: S,
    options?: RequestOptions,
  ): Promise<Answer<Static<S>>>
  /** For answers without a body worth reading (202, 204). */
  send(
    method: 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Answer<null>>
}

export interface ApiDependencies {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>
  readonly now: () => Date
  /** Whom the screen shows, said with everything that changes something; null when nobody. */
  readonly shown?: () => ShownSession | null
  /** Called with the server's time at each answer of ours. */
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
 * The client of our own HTTP interface: same origin, cookies sent, answers checked against the
 * contract's schemas, problem documents turned into typed errors.
 *
 * @example
 * const answer = await api.get(routes.session, SessionView)
 * if (answer.ok) show(answer.value)
 * else if (answer.error.kind === 'problem') explain(answer.error.problem.code)
 */
export const createApiClient = ({
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
      const contact = contactOf(response.headers.get('date'), askedAt, answeredAt)
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

  const reading =
    <S extends TSchema>(schema: S) =>
    async (response: Response): Promise<Answer<Static<S>>> => {
      const body = await readJson(response)
      return Check(schema, body)
        ? { ok: true, value: body, status: response.status }
        : {
            ok: false,
            error: { kind: 'unreadable', status: response.status, retryAfterSeconds: null },
          }
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

  return {
    get: (path, schema, options = {}) =>
      exchange(path, withBody('GET', undefined), options, reading(schema)),
    post: (path, body, schema, options = {}) =>
      exchange(path, withBody('POST', body), options, reading(schema)),
    send: (method, path, body, options = {}) =>
      exchange(path, withBody(method, body), options, async (response) => ({
        ok: true,
        value: null,
        status: response.status,
      })),
  }
}

/** The client of a page: the browser's fetch and clock. */
export const browserApi = (
  contacted?: (contact: Contact) => void,
  sign?: NonNullable<ApiDependencies['sign']>,
  shown?: () => ShownSession | null,
): ApiClient =>
  createApiClient({
    fetch: (path, init) => fetch(path, init),
    now: () => new Date(),
    ...(contacted === undefined ? {} : { contacted }),
    ...(sign === undefined ? {} : { sign }),
    ...(shown === undefined ? {} : { shown }),
  })
