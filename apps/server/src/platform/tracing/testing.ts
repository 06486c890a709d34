/** Who takes spans, for tests: OTLP as JSON over HTTP, each body kept as it came. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SpanReceiver {
  /** As OTEL_EXPORTER_OTLP_ENDPOINT has it. */
  readonly url: string
  /** What came, as text. */
  readonly bodies: readonly string[]
  names(): readonly string[]
  /** From now on it takes what is sent and says nothing. */
  hang(): void
  close(): void
}

interface Told {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string }[] }[]
  }[]
}

export const startSpanReceiver = async (): Promise<SpanReceiver> => {
  const bodies: string[] = []
  let isHanging = false
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    if (isHanging) return
    bodies.push(text)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const spansOf = (body: string) =>
    (JSON.parse(body) as Told).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    )
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    names: () => bodies.flatMap(spansOf).map(({ name }) => name),
    hang: () => {
      isHanging = true
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
