/** A `fetch` that shows the certificate of the software, which the portal's port for vendors asks for. */
import { Agent, type RequestOptions, request } from 'node:https'
import { Readable } from 'node:stream'

export interface ClientCertificate {
  /** PEM, with what is between it and its authority. */
  readonly certificate: string
  /** PEM, of that certificate. */
  readonly key: string
  /** PEM: who may have issued the portal's certificate; what this machine trusts, unless told. */
  readonly authority?: string
}

/** Connections are kept open: their handshake costs more than what is sent on them. */
const socketsMax = 8
/** RFC 9110 §15.3.5, §15.4.5: of these a Response has no body. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

const headersOf = (raw: readonly string[]): Headers => {
  const headers = new Headers()
  for (let at = 0; at + 1 < raw.length; at += 2) headers.append(raw[at] ?? '', raw[at + 1] ?? '')
  return headers
}

/**
 * @returns what `openOutbox` and `makeVendorAccess` ask with; `close` ends its connections
 * @example
 * const { fetch, close } = certifiedFetch({ certificate, key })
 * const access = makeVendorAccess({ portal, clientId, key: clientKey, fetch, surroundings })
 */
export const certifiedFetch = ({
  certificate,
  key,
  authority,
}: ClientCertificate): {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly close: () => void
} => {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: socketsMax,
    cert: certificate,
    key,
    ...(authority === undefined ? {} : { ca: authority }),
  })

  /** Rejected with a TypeError when no answer came, as the platform's is. */
  const ask = (url: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers, body, signal } = init
      const failed = (cause: unknown): void =>
        reject(signal?.aborted ? signal.reason : new TypeError('fetch failed', { cause }))
      const options: RequestOptions = {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal ? { signal } : {}),
      }
      const asked = request(url, options, (answer) => {
        const { statusCode: status = 0, rawHeaders } = answer
        const isBodiless = bodiless.has(status)
        if (isBodiless) answer.resume()
        // Whoever reads it says how much is too much.
        const body = isBodiless ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>)
        if (status >= 300 && status < 400 && status !== 304) {
          answer.destroy()
          return failed(new Error('REDIRECT_REFUSED'))
        }
        resolve(new Response(body, { status, headers: headersOf(rawHeaders) }))
      })
      asked.on('error', failed)
      asked.end(typeof body === 'string' ? body : undefined)
    })
  return { fetch: ask, close: () => agent.destroy() }
}
