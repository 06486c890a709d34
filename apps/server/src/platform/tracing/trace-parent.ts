/** The header `traceparent` (W3C Trace Context, level 1, §3.2). `tracestate` is not read: it may say anything of anybody. */

export interface RemoteParent {
  readonly traceId: string
  readonly spanId: string
}

const pattern = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.{0,200})?$/
/** A random id has a letter, but for one in two thousand of the short ones: one without is a number of something, or of somebody. */
const isNumber = (id: string): boolean => /^\d+$/.test(id)

/** Null for what says none: the trace then begins here. */
export const parseTraceParent = (header: string | undefined): RemoteParent | null => {
  const [, traceId = '', spanId = ''] = pattern.exec(header ?? '') ?? []
  return [traceId, spanId].some((id) => id === '' || isNumber(id)) ? null : { traceId, spanId }
}
