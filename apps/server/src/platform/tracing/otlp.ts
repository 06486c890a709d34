/** The only user of OpenTelemetry's libraries, loaded when tracing is on (tracing.ts says what holds). */
import { AsyncLocalStorage } from 'node:async_hooks'
import {
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { systemRandomBytes, uniform } from '../clock.ts'
import { version } from '../version.ts'
import type { OpenSpan, Role, SpanStart, Tracer } from './spans.ts'
import { parseTraceParent } from './trace-parent.ts'
import type { TracingConfiguration } from './tracing-configuration.ts'

/** Spans that wait for the receiver, some 2 MB. */
const queueMax = 2_048
const batchMax = 512
const everyMilliseconds = 2_000
const exportMillisecondsMax = 5_000
/** A stop waits for the receiver no longer than this. */
const closeMillisecondsMax = 2_000

type Told = (outcome: 'kept' | 'taken' | 'failed', count: number) => void

/** A trace that begins here, or comes from outside, is kept by our own chance; below a span of ours as that one was. */
const decidedHere = (share: number): Sampler => ({
  shouldSample: (context) => {
    const parent = trace.getSpanContext(context)
    const isKept =
      parent === undefined || parent.isRemote === true
        ? uniform(systemRandomBytes) < share
        : (parent.traceFlags & TraceFlags.SAMPLED) !== 0
    return { decision: isKept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
  },
  toString: () => 'sidep',
})

const counted = (exporter: SpanExporter, told: Told): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      told(result.code === 0 ? 'taken' : 'failed', spans.length)
      done(result)
    }),
  shutdown: () => exporter.shutdown(),
})

const counting = (told: Told): SpanProcessor => ({
  onStart: () => undefined,
  onEnd: (_: ReadableSpan) => told('kept', 1),
  forceFlush: async () => undefined,
  shutdown: async () => undefined,
})

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const

/** @param told what became of how many spans */
export const openTracer = (
  { url, headers, serviceName, share }: TracingConfiguration,
  role: Role,
  told: Told,
): Tracer => {
  const exporter = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis: exportMillisecondsMax,
    // The whole queue at once when it stops.
    concurrencyLimit: queueMax / batchMax,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': serviceName ?? `sidep-${role}`,
      'service.version': version,
      'service.instance.id': String(process.pid),
    }),
    sampler: decidedHere(share),
    spanProcessors: [
      counting(told),
      new BatchSpanProcessor({
        exporter: counted(exporter, told),
        maxQueueSize: queueMax,
        maxExportBatchSize: batchMax,
        scheduledDelayMillis: everyMilliseconds,
        exportTimeoutMillis: exportMillisecondsMax,
      }),
    ],
  })
  const tracer = provider.getTracer('sidep', version)
  const under = new AsyncLocalStorage<Span>()

  const openSpan = (span: Span): OpenSpan => ({
    set: (attributes) => void span.setAttributes(attributes),
    within: (work) => under.run(span, work),
    end: (failure) => {
      if (failure !== null) {
        span.setAttribute('error.type', failure)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  })

  const contextOf = ({ traceParent }: SpanStart, parent: Span | undefined) => {
    if (parent !== undefined) return trace.setSpan(ROOT_CONTEXT, parent)
    const remote = parseTraceParent(traceParent)
    return remote === null
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true, traceFlags: 0 })
  }

  const begin = (start: SpanStart, parent: Span | undefined): OpenSpan => {
    const { name, kind = 'internal', attributes = {} } = start
    const options = { kind: kinds[kind], attributes }
    return openSpan(tracer.startSpan(name, options, contextOf(start, parent)))
  }

  return {
    begin: (start) => begin(start, under.getStore()),
    beginBelow: (start) => {
      const parent = under.getStore()
      return parent === undefined ? null : begin(start, parent)
    },
    current: () => {
      const span = under.getStore()
      return span === undefined ? null : openSpan(span)
    },
    traceParent: () => {
      const span = under.getStore()?.spanContext()
      if (span === undefined) return null
      return `00-${span.traceId}-${span.spanId}-0${span.traceFlags & TraceFlags.SAMPLED}`
    },
    close: async () => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, closeMillisecondsMax).unref()
      })
      await Promise.race([provider.shutdown().catch(() => undefined), late])
    },
  }
}
