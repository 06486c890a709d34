import {
  type FieldCode,
  type FieldFault,
  fieldCodes,
  isProblemCode,
  type ProblemCode,
  type ProblemDocument,
  problemRegistry,
  type Retry,
} from '@sidep/contracts'

/** Why a request brought nothing: the server said so, or nothing readable came back. */
export type ApiError<Code extends ProblemCode = ProblemCode> =
  | {
      readonly kind: 'problem'
      readonly problem: ProblemDocument & { readonly code: Code }
      readonly retryAfterSeconds: number | null
    }
  | { readonly kind: 'offline' }
  | { readonly kind: 'timeout' }
  /** An answer that the contract does not describe: a captive portal, a proxy's page, another version. */
  | {
      readonly kind: 'unreadable'
      readonly status: number
      readonly retryAfterSeconds: number | null
    }

/** A delay beyond this is not believed: an hour (RFC 9110 §10.2.3 sets no bound). */
export const retryAfterSecondsMax = 3600

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined

const isFieldCode = (value: unknown): value is FieldCode =>
  fieldCodes.some((code) => code === value)

const parseFault = (value: unknown): FieldFault[] => {
  const fault = record(value)
  return typeof fault?.pointer === 'string' && isFieldCode(fault.code)
    ? [{ pointer: fault.pointer, code: fault.code }]
    : []
}

/**
 * Reads an RFC 9457 problem document of our registry.
 *
 * @returns undefined when it is something else
 */
export const parseProblem = (body: unknown): ProblemDocument | undefined => {
  const document = record(body)
  if (document === undefined || !isProblemCode(document.code)) return undefined
  const { code, status, title, detail, support, retryAfterSeconds, type } = document
  return {
    type: typeof type === 'string' ? type : 'about:blank',
    title: typeof title === 'string' ? title : problemRegistry[code].title.fr,
    status: typeof status === 'number' ? status : problemRegistry[code].status,
    code,
    support: typeof support === 'string' ? support : '',
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(Array.isArray(document.faults) ? { faults: document.faults.flatMap(parseFault) } : {}),
    ...(typeof retryAfterSeconds === 'number' ? { retryAfterSeconds } : {}),
    ...(Array.isArray(document.places)
      ? { places: document.places.filter((name) => typeof name === 'string') }
      : {}),
  }
}

/**
 * Seconds of a `Retry-After` header, as seconds or as an HTTP date (RFC 9110 §10.2.3).
 *
 * @returns null when absent or unreadable, at most {@link retryAfterSecondsMax}
 */
export const parseRetryAfter = (header: string | null, now: Date): number | null => {
  if (header === null) return null
  const seconds = /^\d{1,9}$/.test(header.trim())
    ? Number(header.trim())
    : (Date.parse(header) - now.getTime()) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), retryAfterSecondsMax) : null
}

/** What to do with the same request after this error. Nothing of a stranger's answer ends a retry. */
export const retryOf = (error: ApiError): Retry =>
  error.kind === 'problem' ? problemRegistry[error.problem.code].retry : 'later'

/** Seconds the server asked to wait; null when it did not say. */
export const retryAfterSecondsOf = (error: ApiError): number | null =>
  error.kind === 'problem' || error.kind === 'unreadable' ? error.retryAfterSeconds : null

/** The code of our registry; null when the answer was not one of ours. */
export const codeOf = <Code extends ProblemCode>(error: ApiError<Code>): Code | null =>
  error.kind === 'problem' ? error.problem.code : null

export const isProblem = <Code extends ProblemCode>(error: ApiError<Code>, code: Code): boolean =>
  codeOf(error) === code
