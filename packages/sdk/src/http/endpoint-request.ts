/** What a page sends to an endpoint and what it gets back, by the endpoint's own description. */
import type {
  ActWeight,
  BodyOf,
  EndpointAnswer,
  Method,
  ProblemCode,
  ValueOf,
} from '@sidep/contracts'
import type { Static, TObject, TSchema } from 'typebox'
import type { Answer } from './answer.ts'

/** What of an endpoint a page needs to know. */
export interface AskedEndpoint {
  readonly method: Method
  readonly path: string
  readonly weight?: ActWeight
  readonly answers: Readonly<Record<number, EndpointAnswer>>
  /** For the compiler: the build leaves it out of the pages. */
  readonly problems: readonly ProblemCode[]
}

export interface RequestOptions {
  readonly signal?: AbortSignal
  /** Gives up after this long; 15 s unless told. */
  readonly timeoutMilliseconds?: number
  /** Whether this device signs it; as the endpoint's weight asks unless told. */
  readonly isSigned?: boolean
}

type ParamsOf<E> = E extends { readonly params: infer S extends TObject }
  ? { readonly params: Static<S> }
  : unknown
type QueryOf<E> = E extends { readonly query: infer S extends TObject }
  ? { readonly query: Static<S> }
  : unknown
type SentBody<E> = E extends { readonly body: TSchema } ? { readonly body: BodyOf<E> } : unknown

type RequestOf<E> = ParamsOf<E> & QueryOf<E> & SentBody<E> & RequestOptions

/** The request may be left out where the endpoint asks for nothing. */
export type RequestArguments<E> =
  RequestOptions extends RequestOf<E> ? [request?: RequestOf<E>] : [request: RequestOf<E>]

/** The value that its success is described with; null where that has no body. Problems are of its own codes. */
export type AnswerOf<E extends AskedEndpoint> = Answer<
  [ValueOf<E>] extends [never] ? null : ValueOf<E>,
  E['problems'][number]
>

export interface PlainRequest extends RequestOptions {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
}

/** @example pathOf('/api/screenings/:id', { params: { id: 'a/b' } }) === '/api/screenings/a%2Fb' */
export const pathOf = (
  path: string,
  { params = {}, query = {} }: Pick<PlainRequest, 'params' | 'query'>,
): string => {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const asked = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, value)
  return asked.size === 0 ? filled : `${filled}?${asked}`
}
