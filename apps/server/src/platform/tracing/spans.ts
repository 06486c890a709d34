/** What spans are made of, without anything that makes them. */

/** What a span may say, by the semantic conventions of OpenTelemetry where they have a word for it. */
export const spanAttributes = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'error.type',
  'sidep.pool',
  'sidep.component',
  'sidep.feed',
  'sidep.channel',
  'sidep.outcome',
  'sidep.count',
] as const
export type SpanAttributes = Partial<
  Readonly<Record<(typeof spanAttributes)[number], string | number>>
>

export interface SpanStart {
  /** Of words of ours alone, and few different ones. */
  readonly name: string
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal'
  readonly attributes?: SpanAttributes
  /** What a sender's header `traceparent` says. */
  readonly traceParent?: string | undefined
}

export interface OpenSpan {
  set(attributes: SpanAttributes): void
  /** What `work` begins is below this span. */
  within<Result>(work: () => Result): Result
  /** @param failure a code of ours or a name of an error; null: it went well */
  end(failure: string | null): void
}

export interface Tracer {
  begin(start: SpanStart): OpenSpan
  /** Null where nothing is under way: what polls by itself makes no traces. */
  beginBelow(start: SpanStart): OpenSpan | null
  current(): OpenSpan | null
  /** As `traceparent` says it to whom the current span asks. */
  traceParent(): string | null
  /** Sends what is left, for a moment. */
  close(): Promise<void>
}

/** Which of our processes it is. */
export type Role = 'portal' | 'laboratory' | 'watch'
