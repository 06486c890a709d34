/** Where spans go, under the names that OpenTelemetry gives its settings; without an address tracing is off. */
import type { Reader } from '../configuration-reader.ts'

export interface TracingConfiguration {
  /** Takes OTLP as JSON by POST. */
  readonly url: string
  /** What the receiver knows us by. */
  readonly headers: Readonly<Record<string, string>>
  /** Null: the role's own. */
  readonly serviceName: string | null
  /** Of the traces that begin here, from 0 to 1. */
  readonly share: number
}

/** OTLP specification, "Endpoint URLs for OTLP/HTTP": the common address is a base. */
const tracesPath = '/v1/traces'
const headersMax = 20
/** `name=value`, percent-encoded, with commas (W3C Baggage, as the OTLP specification has it). */
const headerPattern = /^\s*([\w!#$%&'*+.^`|~-]{1,100})\s*=\s*([^\s,;]{1,4000})\s*$/

const readHeaders = ({ text, wrong }: Reader): Record<string, string> => {
  const key = 'OTEL_EXPORTER_OTLP_HEADERS'
  const parts = (text(key) ?? '').split(',').filter((part) => part.trim() !== '')
  const pairs = parts.flatMap((part): [string, string][] => {
    const [, name = '', value = ''] = headerPattern.exec(part) ?? []
    try {
      return name === '' ? [] : [[name, decodeURIComponent(value)]]
    } catch {
      return []
    }
  })
  if (pairs.length !== parts.length || pairs.length > headersMax) wrong(key, 'name=value,…')
  return Object.fromEntries(pairs)
}

const readShare = ({ text, wrong }: Reader): number => {
  const key = 'OTEL_TRACES_SAMPLER_ARG'
  const share = Number(text(key) ?? '1')
  if (share >= 0 && share <= 1) return share
  wrong(key, 'a share of traces from 0 to 1')
  return 1
}

export const readTracingConfiguration = (read: Reader): TracingConfiguration | null => {
  const { text, url } = read
  const base = url('OTEL_EXPORTER_OTLP_ENDPOINT', ['https:', 'http:'])
  const whole = url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['https:', 'http:'])
  const headers = readHeaders(read)
  const share = readShare(read)
  const serviceName = text('OTEL_SERVICE_NAME')
  const isDisabled = text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true'
  const address = whole ?? (base === null ? null : `${base}${tracesPath}`)
  return address === null || isDisabled ? null : { url: address, headers, serviceName, share }
}
