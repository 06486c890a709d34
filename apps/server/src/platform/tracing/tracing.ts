/**
 * Spans of what this process does, sent by OTLP where the operator names a receiver (ADR 97). A process has one way out for them, as it
 * has one log: whoever does something worth a span says so here, and is handed nothing.
 *
 * Invariants
 * - Off, which is the default, nothing of OpenTelemetry is loaded, and a span costs one look at a variable.
 * - Names and attributes are of our own words: routes, tables, codes, counts. Nothing that somebody sent, and no text of an error,
 *   is in any of them.
 * - Whether a trace is kept is decided here, whatever a sender's `traceparent` says.
 * - No work waits for a receiver, or fails for it: what does not fit into the queue is dropped, and counted.
 */
import type { Metrics } from '../metrics.ts'
import type { OpenSpan, Role, SpanAttributes, SpanStart, Tracer } from './spans.ts'
import type { TracingConfiguration } from './tracing-configuration.ts'

let tracer: Tracer | null = null
let opening: Promise<Tracer> | null = null
let users = 0

/** A code of ours or the database's; never a message, which may quote what it was about. */
export const failureCode = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return /^[A-Z0-9_]{3,60}$/.test(code) ? code : error.name
}

export const isTracing = (): boolean => tracer !== null

/** Null while tracing is off. */
export const beginSpan = (start: SpanStart): OpenSpan | null => tracer?.begin(start) ?? null

/** Null also where no span is under way. */
export const beginSpanBelow = (start: SpanStart): OpenSpan | null =>
  tracer?.beginBelow(start) ?? null

/** Says more of the span that is under way. */
export const annotate = (attributes: SpanAttributes): void => tracer?.current()?.set(attributes)

/** For a request that the work under way sends. */
export const traceParentHeader = (): Readonly<Record<string, string>> => {
  const traceparent = tracer?.traceParent() ?? null
  return traceparent === null ? {} : { traceparent }
}

/** Ends a span as its work ends. */
export const during = async <Result>(
  span: OpenSpan,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    const result = await span.within(work)
    span.end(null)
    return result
  } catch (error) {
    span.end(failureCode(error))
    throw error
  }
}

/** Does the work, within a span where tracing is on. */
export const traced = <Result>(start: SpanStart, work: () => Promise<Result>): Promise<Result> =>
  tracer === null ? work() : during(tracer.begin(start), work)

const open = async (
  configuration: TracingConfiguration,
  role: Role,
  metrics: Metrics,
): Promise<Tracer> => {
  const spans = metrics.counter(
    'sidep_trace_spans_total',
    'Spans kept for the receiver of traces, and of them those that it took and those that it did not; the others wait or were dropped.',
  )
  const { openTracer } = await import('./otlp.ts')
  return openTracer(configuration, role, (outcome, count) => spans.increment({ outcome }, count))
}

/**
 * Traces from now on, where there is a receiver. Several roles of one process share what the first of them opened.
 *
 * @returns ends it, with the last of them
 */
export const startTracing = async (
  configuration: TracingConfiguration | null,
  role: Role,
  metrics: Metrics,
): Promise<() => Promise<void>> => {
  if (configuration === null) return async () => undefined
  users += 1
  opening ??= open(configuration, role, metrics)
  tracer = await opening
  return async () => {
    users -= 1
    if (users > 0) return
    const ended = tracer
    tracer = null
    opening = null
    await ended?.close()
  }
}
