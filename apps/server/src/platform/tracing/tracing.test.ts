/** Spans of one process, and their receiver. */
import assert from 'node:assert/strict'
import { registerHooks } from 'node:module'
import { test } from 'node:test'
import { makeReader } from '../configuration-reader.ts'
import { makeMetrics } from '../metrics.ts'
import { statementName } from './query-spans.ts'
import { startSpanReceiver } from './testing.ts'
import { parseTraceParent } from './trace-parent.ts'
import {
  annotate,
  beginSpanBelow,
  isTracing,
  startTracing,
  traced,
  traceParentHeader,
} from './tracing.ts'
import { readTracingConfiguration } from './tracing-configuration.ts'

const loaded = new Set<string>()
registerHooks({
  resolve: (specifier, context, next) => {
    loaded.add(specifier)
    return next(specifier, context)
  },
})
const isLoaded = (): boolean => [...loaded].some((name) => name.startsWith('@opentelemetry/'))

const settings = (environment: Readonly<Record<string, string>>) => {
  const read = makeReader(environment)
  return { value: readTracingConfiguration(read), faults: read.faults.map(({ key }) => key) }
}

const traceId = '0af7651916cd43dd8448eb211c80319c'
const remote = (flags: string): string => `00-${traceId}-b7ad6b7169203331-${flags}`

test('without an address nothing is traced, and nothing of OpenTelemetry is loaded, by the whole server', async () => {
  assert.deepEqual(settings({}), { value: null, faults: [] })
  await import('../../index.ts')
  await import('../../operations/index.ts')
  const stop = await startTracing(null, 'portal', makeMetrics())
  assert.equal(await traced({ name: 'record' }, async () => 7), 7)
  assert.deepEqual(traceParentHeader(), {})
  await stop()
  assert.ok(loaded.size > 100)
  assert.equal(isLoaded(), false)
})

test('settings are those of OpenTelemetry', () => {
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.test:4318/' }
  assert.equal(settings(base).value?.url, 'http://collector.test:4318/v1/traces')
  const whole = { ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.test/here' }
  assert.equal(settings(whole).value?.url, 'https://traces.test/here')
  assert.equal(settings({ ...base, OTEL_SDK_DISABLED: 'true' }).value, null)
  const headers = { ...base, OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a, x-team=sidep' }
  assert.deepEqual(settings(headers).value?.headers, {
    authorization: 'Bearer a',
    'x-team': 'sidep',
  })
  for (const [key, value] of Object.entries({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization',
    OTEL_TRACES_SAMPLER_ARG: '2',
  }))
    assert.deepEqual(settings({ ...base, [key]: value }).faults, [key])
})

test('a statement is named by its verb and its first table or function, never by what it is run with', () => {
  for (const [parts, name] of [
    [['select * from record_screenings_1(', ', ', ')'], 'select record_screenings_1'],
    [['\n  -- across sites: figures\n  select 1 from audit_head head'], 'select audit_head'],
    [['insert into feed_item (a) values (', ')'], 'insert feed_item'],
    [['update feed set paused_at = ', ''], 'update feed'],
    [['select set_result_1(', ')'], 'select set_result_1'],
    [['', ' and 1 = 1'], 'statement'],
    [[], 'statement'],
  ] as const)
    assert.equal(statementName(parts), name)
})

test('a sender’s trace is taken up where its header is one, and no number of anybody with it', () => {
  assert.deepEqual(parseTraceParent(remote('01')), { traceId, spanId: 'b7ad6b7169203331' })
  assert.deepEqual(parseTraceParent(`cc${remote('00').slice(2)}-more`)?.traceId, traceId)
  for (const header of [
    undefined,
    '',
    `ff${remote('01').slice(2)}`,
    remote('01').toUpperCase(),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${traceId}-0000000000000000-01`,
    `00-${'899700075122'.padStart(32, '0')}-b7ad6b7169203331-01`,
    `00-${traceId}-${'899700075122'.padStart(16, '0')}-01`,
    `${remote('01')}\n`,
  ])
    assert.equal(parseTraceParent(header), null, header)
})

/** Traces while `work` is done; @returns what was kept, and figures. */
const tracing = async (
  share: string,
  work: (receiver: Awaited<ReturnType<typeof startSpanReceiver>>) => Promise<void>,
) => {
  const receiver = await startSpanReceiver()
  const metrics = makeMetrics()
  const { value } = settings({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER_ARG: share,
  })
  const stop = await startTracing(value, 'portal', metrics)
  try {
    await work(receiver)
  } finally {
    await stop()
    receiver.close()
  }
  return { receiver, figures: metrics.render() }
}

test('spans are below one another, in the trace of the sender, and say codes where an error has words', async () => {
  const { receiver, figures } = await tracing('1', async () => {
    const start = {
      name: 'POST /api/screenings',
      kind: 'server',
      traceParent: remote('00'),
    } as const
    await traced(start, async () => {
      assert.match(
        traceParentHeader().traceparent ?? '',
        new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`),
      )
      annotate({ 'sidep.outcome': 'SCREENING_UNKNOWN' })
      const failing = traced({ name: 'record' }, async () => {
        throw Object.assign(new Error('of LEFEVRE'), { code: 'UNDEFINED_TABLE' })
      })
      await assert.rejects(failing)
      beginSpanBelow({ name: 'select screening' })?.end(null)
    })
    // Nothing is under way: what polls makes no traces.
    assert.equal(beginSpanBelow({ name: 'select outbox' }), null)
  })
  assert.deepEqual(receiver.names().toSorted(), [
    'POST /api/screenings',
    'record',
    'select screening',
  ])
  const text = receiver.bodies.join('')
  for (const word of [traceId, 'UNDEFINED_TABLE', 'SCREENING_UNKNOWN', 'sidep-portal'])
    assert.ok(text.includes(word), word)
  assert.equal(text.includes('LEFEVRE'), false)
  assert.match(figures, /sidep_trace_spans_total\{outcome="taken"\} 3/)
  assert.equal(isTracing(), false)
  assert.equal(isLoaded(), true)
})

test('whether a trace is kept is decided here, whatever its sender says', async () => {
  const { receiver } = await tracing('0', async () => {
    await traced({ name: 'POST /api/screenings', traceParent: remote('01') }, async () => {
      assert.match(traceParentHeader().traceparent ?? '', /-00$/)
      await traced({ name: 'record' }, async () => undefined)
    })
  })
  assert.deepEqual(receiver.names(), [])
})

test('a receiver that takes nothing costs no work, and a queue of a bounded length', async () => {
  const { receiver, figures } = await tracing('1', async (hanging) => {
    hanging.hang()
    for (let turn = 0; turn < 6_000; turn += 1)
      assert.equal(await traced({ name: 'record' }, async () => turn), turn)
  })
  assert.deepEqual(receiver.names(), [])
  assert.match(figures, /sidep_trace_spans_total\{outcome="kept"\} 6000/)
  assert.doesNotMatch(figures, /outcome="taken"/)
})
